import { mkdir } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import type { LedgerBackend } from '../../../src/ledger/backends/backend.ts';
import {
  createGitBackend,
  type GitBackendOptions,
  LEDGER_BRANCH,
} from '../../../src/ledger/backends/git/git.ts';
import type { Ports } from '../../../src/ports.ts';
import { git, temporaryDirectory } from '../../media/support.ts';
import { knownVersions, type LedgerPlace } from './conformance.ts';

const REF = `refs/heads/${LEDGER_BRANCH}`;

export interface GitPlace extends LedgerPlace {
  /** A bare repository. */
  readonly bare: string;
  readonly temporaryDirectory: string;
  openWith(options: Partial<GitBackendOptions>, ports?: Ports): LedgerBackend;
  tip(): Promise<string>;
  setTip(commit: string): Promise<void>;
}

/** A ledger in a bare repository; `urlOf` says how it is reached, by its path unless a command is given. */
export async function makeGitPlace(
  ports: Ports,
  connect: (bare: string) => Promise<Partial<GitBackendOptions>> = async () => ({}),
): Promise<GitPlace> {
  const root = await temporaryDirectory();
  const bare = `${root}/ledger.git`;
  const scratch = `${root}/scratch`;
  await mkdir(scratch);
  await git(root, 'init', '--quiet', '--bare', bare);
  const connection = await connect(bare);
  const openWith: GitPlace['openWith'] = (options, given = ports) => {
    const backend = createGitBackend(given, {
      remoteUrl: bare,
      token: null,
      temporaryDirectory: scratch,
      known: [],
      ...connection,
      ...options,
    });
    onTestFinished(() => backend.close());
    return backend;
  };
  const tip = () => git(bare, 'rev-parse', REF);
  const setTip = async (commit: string) => {
    await git(bare, 'update-ref', REF, commit);
  };
  return {
    bare,
    temporaryDirectory: scratch,
    open: (...tips) => openWith({ known: knownVersions(tips) }),
    openWith,
    async snapshot() {
      const commit = await tip();
      return () => setTip(commit);
    },
    async remove() {
      await git(bare, 'update-ref', '-d', REF);
    },
    tip,
    setTip,
  };
}

/** Every commit of the branch, the first one first; fails unless each has one parent at most. */
export async function historyOf(bare: string): Promise<string[]> {
  const log = await git(bare, 'log', '--reverse', '--format=%H %P', LEDGER_BRANCH);
  return log.split('\n').map((line) => {
    const [commit = '', ...parents] = line.split(' ');
    if (parents.length > 1) throw new Error(`${commit} has ${parents.length} parents`);
    return commit;
  });
}
