import {
  type ChooseFault,
  type FaultyProxy,
  type GitAccess,
  startEmulator,
  startFaultyProxy,
} from '@motion-transfer/emulator';
import { onTestFinished } from 'vitest';
import { createNodePorts } from '../../../src/node/ports.ts';
import { type GitPlace, makeGitPlace } from './git-remote.ts';

export const TOKEN = 'ghs_canary/With+Odd=Characters0123456789';
export const ports = createNodePorts({ info: () => {}, warning: () => {} });

/** A ledger of a git server behind a proxy that can fail. */
export interface HttpPlace extends GitPlace {
  readonly url: string;
  readonly proxy: FaultyProxy;
}

export async function makeHttpPlace(
  faults: ChooseFault = () => undefined,
  access: GitAccess = { tokens: { write: [TOKEN] }, visibility: 'private' },
  latencyMs: readonly [number, number] = [0, 0],
): Promise<HttpPlace> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const proxy = await startFaultyProxy(emulator.origin, { faults, latencyMs });
  onTestFinished(() => proxy.close());
  let url = '';
  const place = await makeGitPlace(ports, async (bare) => {
    url = emulator.serveGit('octo/animations', bare, access).replace(emulator.origin, proxy.origin);
    return { remoteUrl: url, token: TOKEN };
  });
  return { ...place, url, proxy };
}

export const isPush = ({ path }: { readonly path: string }): boolean =>
  path.endsWith('/git-receive-pack');
export const isFetch = ({ path }: { readonly path: string }): boolean =>
  path.includes('git-upload-pack');
