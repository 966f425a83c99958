import type { DraftPort, GitHubPort, LogPort, Ports } from '../ports.ts';
import { nodeClock } from './clock.ts';
import { createNodeFiles } from './files.ts';
import { createNodeGit } from './git.ts';
import { createNodeHttp } from './http.ts';

/** The real world on Node: disk, git, network, clock, chance. The log, the draft engine and GitHub are the shell's. */
export function createNodePorts(
  log: LogPort,
  draft: DraftPort | null = null,
  github: GitHubPort | null = null,
): Ports {
  return {
    http: createNodeHttp(),
    files: createNodeFiles(),
    git: createNodeGit(),
    clock: nodeClock,
    random: Math.random,
    log,
    draft,
    github,
  };
}
