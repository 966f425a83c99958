import type { Plan } from '@motion-transfer/core';
import type { CommittedFiles, GalleryOrigin } from '@motion-transfer/core/shell';
import { askGit, isSameRepository } from '../github/commit-standing.ts';
import type { Session } from '../session.ts';

type OriginSession = Pick<Session, 'ports' | 'github' | 'pull'>;

/** What the gallery says about where it was made. */
export async function readGalleryOrigin(
  { ports, github, pull }: OriginSession,
  { commit }: Plan,
): Promise<GalleryOrigin> {
  const { repository, repositoryUrl, identity, runUrl } = github;
  return {
    repository:
      repository == null || repositoryUrl == null ? null : { name: repository, url: repositoryUrl },
    pullRequest: pull?.number ?? null,
    run: runUrl == null ? null : { id: identity.runId, attempt: identity.attempt, url: runUrl },
    madeAtMs: ports.clock.nowMs(),
    committed: commit == null ? null : await listCommitted({ ports, github }, commit),
  };
}

/** `null` where the checkout is no clone of the run's repository, whose pages would be of something else. */
async function listCommitted(
  { ports, github }: Pick<OriginSession, 'ports' | 'github'>,
  commit: string,
): Promise<CommittedFiles | null> {
  const { workspace, remoteUrl } = github;
  const ask = askGit(ports.git, workspace);
  const cloned = await ask('config', '--get', 'remote.origin.url');
  if (cloned == null || remoteUrl == null || !isSameRepository(cloned, remoteUrl)) return null;
  const prefix = await ask('rev-parse', '--show-prefix');
  const listing = await ask('ls-tree', '-r', '-z', '--name-only', commit);
  if (prefix == null || listing == null) return null;
  return { prefix, paths: new Set(listing.split('\0')) };
}
