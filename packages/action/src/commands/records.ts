import type { Config, RecordsRequest } from '@motion-transfer/core';
import type { LedgerChoice } from '@motion-transfer/core/shell';
import { createPendingNote } from '../artifacts/bundle.ts';
import { openSessionLedger } from '../ledger.ts';
import { createProgressLog } from '../progress.ts';
import type { Session } from '../session.ts';

/** How this invocation opens the records; the post step finds by the note that it did. */
export function recordsOf(
  session: Session,
  ledger: { readonly choice: LedgerChoice; readonly written: Config['ledger'] },
): RecordsRequest {
  const { github, ports, stateDirectory, connections, stop, inputs } = session;
  return {
    workspace: github.workspace,
    stateDirectory,
    connections,
    repository: github.repository,
    identity: github.identity,
    stop,
    onCancel: inputs.onCancel,
    openLedger: () => openSessionLedger(session, ledger.choice),
    onOpened: () =>
      createPendingNote(github).write({
        startedMs: ports.clock.nowMs(),
        ledger: ledger.written,
      }),
    onProgress: createProgressLog(ports.log),
  };
}
