import type { Peer } from './run-peer.ts';

/** Our bundle, with what it keeps its record of purchases in. */
export interface Ours {
  readonly name: string;
  readonly ledger: 'git' | 'none';
  readonly provider: 'fal' | 'replicate';
}

export type Client = Peer | Ours;

export function isOurs(client: Client): client is Ours {
  return 'ledger' in client;
}

export const OURS_GIT: Ours = { name: 'ours, git ledger', ledger: 'git', provider: 'fal' };
export const OURS_NONE: Ours = { name: 'ours, no ledger', ledger: 'none', provider: 'fal' };
export const OURS_REPLICATE: Ours = {
  name: 'ours at Replicate',
  ledger: 'git',
  provider: 'replicate',
};

export const FLOOR: Peer = { name: 'floor', script: 'floor' };
export const FAL: Peer = { name: '@fal-ai/client', script: 'fal' };
export const REPLICATE: Peer = {
  name: 'replicate',
  script: 'replicate',
  needsHttpsVideos: true,
};
export const AI_FAL: Peer = { name: 'AI SDK (fal)', script: 'ai-sdk' };
export const AI_REPLICATE: Peer = {
  name: 'AI SDK (replicate)',
  script: 'ai-sdk',
  environment: { BENCH_PROVIDER: 'replicate' },
};
export const SHELL: Peer = { name: 'bash and curl', script: 'workflow.sh' };
export const SHELL_RETRY: Peer = {
  name: 'bash and curl --retry',
  script: 'workflow.sh',
  environment: { BENCH_RETRY: '1' },
};
