import { readFile, rm, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { createFileBackend } from '../../../src/ledger/backends/file.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import { temporaryDirectory } from '../../media/support.ts';
import { knownVersions, type LedgerPlace } from './conformance.ts';

export const ports = createNodePorts({ info: () => {}, warning: () => {} });

/** A ledger in a file of its own. */
export async function makeFilePlace(): Promise<LedgerPlace & { readonly path: string }> {
  const path = `${await temporaryDirectory()}/shared/ledger.json`;
  return {
    path,
    temporaryDirectory: null,
    open(...tips) {
      const backend = createFileBackend(ports, { path, known: knownVersions(tips) });
      onTestFinished(() => backend.close());
      return backend;
    },
    async snapshot() {
      const content = await readFile(path);
      return () => writeFile(path, content);
    },
    remove: () => rm(path),
  };
}
