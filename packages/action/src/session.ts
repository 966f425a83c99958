import type { Connections, Ports } from '@motion-transfer/core';
import type { GitHubContext } from './github-context.ts';
import type { Command, Inputs } from './inputs.ts';
import type { ProcessStop } from './stopping.ts';

/** What every stage of one invocation works with. */
export interface Session {
  readonly inputs: Inputs;
  readonly command: Command;
  readonly github: GitHubContext;
  readonly ports: Ports;
  readonly stateDirectory: string;
  readonly connections: Connections;
  readonly stop: ProcessStop;
}
