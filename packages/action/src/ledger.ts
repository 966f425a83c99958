import { isAbsolute, relative, sep } from 'node:path';
import { type Config, LedgerError, type SharedLedger } from '@motion-transfer/core';
import {
  chooseLedger,
  type LedgerChoice,
  LIMITS,
  openLedger,
  readLockfile,
} from '@motion-transfer/core/shell';
import type { Session } from './session.ts';

export type LedgerSession = Pick<
  Session,
  'ports' | 'github' | 'inputs' | 'stateDirectory' | 'stop'
>;

/** Where this repository's record is kept, by the config, else by what the token allows. */
export function chooseSessionLedger(
  { ports, github, inputs }: LedgerSession,
  written: Config['ledger'],
): Promise<LedgerChoice> {
  return chooseLedger(ports, {
    written,
    workspace: github.workspace,
    remoteUrl: github.remoteUrl,
    token: inputs.githubToken,
  });
}

/**
 * Opens the record shared by all runs, or says loudly that there is none.
 *
 * @throws LedgerError when it cannot be read or trusted: nothing may be spent.
 */
export async function openSessionLedger(
  session: LedgerSession,
  choice: LedgerChoice,
): Promise<SharedLedger | null> {
  const { ports, github, stateDirectory, stop } = session;
  refuseUnmergedLedger(github, choice);
  const lockfile = await readLockfile(ports, { workspace: github.workspace, stateDirectory });
  return openLedger(ports, choice, {
    temporaryDirectory: github.temporaryDirectory,
    lockfile,
    // An answer that comes late is still written down: only the last stop ends that.
    signal: stop.hard,
  });
}

/** What is not merged may bring any file of the checkout along, and with it a ledger that remembers nothing. */
function refuseUnmergedLedger(
  { runnerWorkspace, isUnmerged }: LedgerSession['github'],
  choice: LedgerChoice,
): void {
  if (choice.kind !== 'file' || !isUnmerged) return;
  const inside = relative(runnerWorkspace, choice.path);
  if (inside.split(sep)[0] === '..' || isAbsolute(inside)) return;
  throw new LedgerError(
    `the ledger (file ${choice.path}) lies in the checkout, where the pull request or branch itself can write it, so nothing is spent; keep it outside of the workspace, or use ledger: git`,
  );
}

/** Which limits nobody can keep without a record of all runs. */
export function notesOfLedger(choice: LedgerChoice, { limits }: Pick<Config, 'limits'>): string[] {
  if (choice.kind !== 'none') return [];
  const kept = LIMITS.filter(({ needsSharedRecord }) => !needsSharedRecord);
  const unkept = LIMITS.filter(
    ({ needsSharedRecord, field }) => needsSharedRecord && limits[field] != null,
  );
  const off =
    unkept.length === 0
      ? ''
      : ` ${unkept.length === 1 ? 'The limit' : 'The limits'} ${namesOf(unkept)} ${unkept.length === 1 ? 'is' : 'are'} OFF.`;
  return [
    `No ledger (${choice.reason}): this run does not know what other runs buy, so only ${namesOf(kept)} are kept, and two runs at once may buy the same.${off}`,
  ];
}

function namesOf(limits: readonly { readonly name: string }[]): string {
  return limits.map(({ name }) => name).join(' and ');
}
