import { isAbsolute } from 'node:path';
import { LedgerError } from '../model/errors.ts';
import { LOCKFILE_PATH, type Lockfile, versionsNamedIn } from '../model/lockfile/lockfile.ts';
import type { Ports } from '../ports.ts';
import type { KnownVersion, LedgerBackend } from './backends/backend.ts';
import { createFileBackend } from './backends/file.ts';
import { createGitBackend, LEDGER_BRANCH } from './backends/git/git.ts';
import { openSharedLedger, type SharedLedger } from './shared-ledger.ts';

/** Where the record of all runs is kept: chosen in the config, else by what is possible here. */
export type LedgerChoice =
  | { readonly kind: 'git'; readonly remoteUrl: string; readonly token: string | null }
  | { readonly kind: 'file'; readonly path: string }
  /** Nowhere. `reason` says why, for people. */
  | { readonly kind: 'none'; readonly reason: string; readonly isWritten: boolean };

export interface LedgerPlace {
  readonly temporaryDirectory: string;
  readonly lockfile: Lockfile;
  readonly signal: AbortSignal;
}

/**
 * Opens the shared record and checks that it is still the one the lockfile names.
 *
 * @throws LedgerError when it cannot be read or trusted: nothing may be spent.
 */
export async function openLedger(
  ports: Ports,
  choice: LedgerChoice,
  { temporaryDirectory, lockfile, signal }: LedgerPlace,
): Promise<SharedLedger | null> {
  if (choice.kind === 'none') {
    const [named] = versionsNamedIn(lockfile);
    if (named == null || choice.isWritten) return null;
    throw new LedgerError(
      `the lockfile says that purchases of this repository are on record in ${named.place}, but ${choice.reason}; nothing is spent without it. Make it reachable, or write ledger: none if it was given up`,
    );
  }
  const backend = createBackend(ports, choice, temporaryDirectory, lockfile);
  try {
    return await openSharedLedger(
      ports,
      backend,
      signal,
      versionsNamedIn(lockfile).map(({ commit }) => commit),
    );
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function createBackend(
  ports: Ports,
  choice: Exclude<LedgerChoice, { kind: 'none' }>,
  temporaryDirectory: string,
  lockfile: Lockfile,
): LedgerBackend {
  const known = versionsOf(choice, lockfile);
  if (choice.kind === 'file') return createFileBackend(ports, { path: choice.path, known });
  return createGitBackend(ports, {
    remoteUrl: choice.remoteUrl,
    token: choice.token,
    temporaryDirectory,
    known,
    // With a token the remote is the repository that GitHub is asked about.
    github: choice.token == null ? null : ports.github,
  });
}

/**
 * The versions that the ledger must have behind it, wherever it lies: a file has another path on every
 * machine, and is the same ledger all the same.
 *
 * @throws LedgerError when the lockfile names a ledger of the other kind: what is on record there would be bought again.
 */
function versionsOf({ kind }: LedgerChoice, lockfile: Lockfile): KnownVersion[] {
  return versionsNamedIn(lockfile).map(({ place, commit, output }) => {
    const named = place.startsWith('file ') ? 'file' : 'git';
    if (named === kind) return { tip: commit, output };
    throw new LedgerError(
      `the lockfile says that purchases of this repository (${output}) are on record in ${place}, but the ledger written here is ${kind === 'file' ? 'a file' : `branch ${LEDGER_BRANCH}`}; nothing is spent, because what is on record there would be bought again. Write the one that it names (ledger: ${named === 'file' ? 'file:<path>' : 'git'}), or take every \`ledger\` out of ${LOCKFILE_PATH} in a reviewed commit to begin anew`,
    );
  });
}

export interface LedgerOptions {
  /** `git`, `none`, `file:<path>`; `null` when nothing is written. */
  readonly written: string | null;
  readonly workspace: string;
  /** Address of this repository at its server, without credentials; `null` when there is none. */
  readonly remoteUrl: string | null;
  readonly token: string | null;
}

/** `git` is the default wherever a remote and a token exist. */
export async function chooseLedger(
  ports: Pick<Ports, 'git'>,
  { written, workspace, remoteUrl, token }: LedgerOptions,
): Promise<LedgerChoice> {
  if (written === 'none')
    return { kind: 'none', reason: 'ledger: none is written', isWritten: true };
  if (written?.startsWith('file:')) {
    const path = written.slice('file:'.length);
    return { kind: 'file', path: isAbsolute(path) ? path : `${workspace}/${path}` };
  }
  if (remoteUrl != null && token != null) return { kind: 'git', remoteUrl, token };
  if (written == null) {
    const missing =
      remoteUrl == null ? 'there is no repository to keep it in' : 'there is no token';
    return { kind: 'none', reason: missing, isWritten: false };
  }
  const origin = await ports.git.run(workspace, ['remote', 'get-url', '--push', 'origin']).then(
    (text) => text.trim(),
    () => '',
  );
  if (origin !== '') return { kind: 'git', remoteUrl: origin, token: null };
  throw new LedgerError(
    'ledger: git needs a remote called origin, or a run for a GitHub repository with a github-token; add one, or choose file:<path>',
  );
}
