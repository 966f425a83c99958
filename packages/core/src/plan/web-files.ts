import { purchaseOf } from '../model/lockfile/lockfile.ts';
import {
  currentRecord,
  isRecorded,
  type WebFileKind,
  webFilePath,
} from '../model/media/web-file.ts';
import type { Step } from '../model/plan.ts';
import type { Transfer } from '../model/transfer.ts';
import type { PlanState } from './planning-input.ts';

/** The step, with what it makes of its video; a blocked one makes nothing. */
export function withWebFiles(state: PlanState, transfer: Transfer, step: Step): Step {
  if (transfer.also.length === 0 || step.action === 'blocked') return step;
  const webFiles = transfer.also.map((kind) => ({
    kind,
    path: webFilePath(step.output, kind),
    isDue: step.action === 'generate' || step.copyFrom != null || isDue(state, step, kind),
  }));
  return { ...step, webFiles };
}

function isDue(
  { lockfile, outputs }: PlanState,
  { output, fingerprint }: Extract<Step, { readonly action: 'reuse' }>,
  kind: WebFileKind,
): boolean {
  const entry = lockfile.outputs[output];
  if (entry == null) return true;
  const { webFiles, sha256 } = purchaseOf(entry, fingerprint);
  const record = currentRecord(webFiles, kind, sha256);
  return record == null || !isRecorded(record, outputs.get(webFilePath(output, kind)));
}
