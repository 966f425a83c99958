export type OnExceed = 'fail' | 'partial';

/** Most that may be spent, in integer micro-dollars; `null` means no limit of that kind is written. */
export interface Limits {
  readonly perTransferMicroUsd: number | null;
  readonly perRunMicroUsd: number | null;
  readonly perPullRequestMicroUsd: number | null;
  readonly perMonthMicroUsd: number | null;
  readonly onExceed: OnExceed;
  /** True when nobody wrote any limit and `per-run: 10.00` applies as the default. */
  readonly perRunIsDefault: boolean;
}
