import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LEDGER_BRANCH } from '../../../src/ledger/backends/git/git.ts';
import { LedgerError } from '../../../src/model/errors.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import { git, temporaryDirectory } from '../../media/support.ts';
import { appendLine, forever } from '../ledger-line.ts';
import { makeGitPlace } from './git-remote.ts';

const ports = createNodePorts({ info: () => {}, warning: () => {} });

export const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

/** Puts entries for `git mktree` on top of a sound ledger. */
export async function tamper(entries: (bare: string) => Promise<string[]>) {
  const place = await makeGitPlace(ports);
  const backend = place.open();
  await appendLine(backend, ports, 'first');
  await git(place.bare, 'hash-object', '-w', '-t', 'blob', '/dev/null');
  const lines = [await git(place.bare, 'ls-tree', LEDGER_BRANCH), ...(await entries(place.bare))];
  const tree = await ports.git.run(place.bare, ['mktree', '--missing'], `${lines.join('\n')}\n`);
  const args = ['commit-tree', tree.trim(), '-p', await place.tip(), '-m', 'x'];
  await place.setTip(await git(place.bare, ...args));
  return { place, backend };
}

export async function blobOf(bare: string, content: string | Uint8Array): Promise<string> {
  const file = join(await temporaryDirectory(), 'content');
  await writeFile(file, content);
  return git(bare, 'hash-object', '-w', '-t', 'blob', file);
}

export const entry =
  (mode: string, content: string | Uint8Array, name: string) => async (bare: string) => [
    `${mode} blob ${await blobOf(bare, content)}\t${name}`,
  ];

/** A branch with these entries is not read, nor written. */
export async function expectStopped(
  entries: (bare: string) => Promise<string[]>,
  message: RegExp,
): Promise<void> {
  const { place, backend } = await tamper(entries);
  await expect(backend.read(forever)).rejects.toThrow(message);
  const before = await place.tip();
  const appending = appendLine(place.open(), ports, 'second');
  await expect(appending).rejects.toThrow(LedgerError);
  await expect(appending).rejects.toThrow('nothing is spent');
  expect(await place.tip()).toBe(before);
}
