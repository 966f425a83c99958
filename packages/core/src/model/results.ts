import type { Json } from './json/json.ts';
import type { ReportedWarning } from './media/output-warning.ts';
import type { WebFileKind } from './media/web-file.ts';
import type { Charge } from './money.ts';
import type { ModelName } from './transfer.ts';

export type ResultState =
  /** the output was there already */
  | 'reused'
  /** bought in this run, verified and recorded */
  | 'generated'
  /** copied from another step of this run that bought the same thing */
  | 'copied'
  /** bought by another run and collected in this one: at its output, or aside where no transfer asks for it as it was */
  | 'collected'
  | 'blocked'
  /** not started: the budget or a stop came first */
  | 'not-started'
  /** paid for and still being made; a later run collects it */
  | 'in-progress'
  | 'failed'
  /** nobody can say whether it was accepted; its hold is kept and it is not bought again */
  | 'unknown';

/** What became of one file that is asked for beside a video. None of them fails a run. */
export interface WebFileResult {
  readonly kind: WebFileKind;
  readonly path: string;
  readonly state: 'made' | 'reused' | 'failed';
  /** `null` when there is none. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Why there is none, with the next step. */
  readonly problem: string | null;
}

export interface TransferResult {
  readonly id: string;
  readonly output: string;
  readonly state: ResultState;
  readonly provider: string | null;
  /** `null` where nothing was or would be bought, and for a draft. */
  readonly model: ModelName | null;
  /** Made by the free draft engine: never mixed up with a bought video. */
  readonly draft: boolean;
  readonly fingerprint: string | null;
  readonly operation: Json;
  readonly holdMicroUsd: number;
  readonly charge: Charge | null;
  /** This very run asked the provider for it; what another run asked for is that one's purchase. */
  readonly isBoughtHere: boolean;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly videoSeconds: number | null;
  readonly elapsedMs: number | null;
  readonly message: string | null;
  /** What the video lacks; `null` where it was not looked at. None of them fails a run. */
  readonly warnings: readonly ReportedWarning[] | null;
  /** Absent where none is asked for, or where there is no video to make them of. */
  readonly webFiles?: readonly WebFileResult[];
  /** What must not pass silently although the video is here: it cost more than was held. */
  readonly alarm: string | null;
}
