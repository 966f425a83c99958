/**
 * The whole order of steps: what a program plans, buys, probes, settles and finishes with. Everything
 * that acts goes through `Ports`; `createNodePorts` makes them of this machine.
 */

// What would be bought, for how much, against which limits.

export {
  type OnRecord,
  type PlanOutcome,
  type PlanRequest,
  planTransfers,
} from './use-cases/plan.ts';

// Buys what the limits allow, delivers, records.

export { type Bought, type RunOutcome, type RunRequest, runTransfers } from './use-cases/run.ts';

// Buys one transfer at one provider, and holds what is assumed of the provider against its answers.

export { type ProbeOutcome, type ProbeRequest, probeProvider } from './use-cases/probe.ts';

// Settles what earlier runs left open; buys nothing.

export {
  type ReconcileOutcome,
  type ReconcileRequest,
  reconcilePurchases,
} from './use-cases/reconcile.ts';

// After a run that was killed or cancelled: delivers and records what is on this disk.

export { type FinishRequest, finishRun } from './use-cases/finish.ts';

// What all of them are asked with, and what they answer.

export type { Planned, PlanSource } from './use-cases/decide.ts';
export {
  type Deliverable,
  type Delivered,
  type DeliveryRequest,
  deliverInPlace,
  NOTHING_DELIVERED,
  type Settlement,
  type StoredVideo,
} from './use-cases/deliver.ts';
export type {
  CancellableStop,
  OnCancel,
  OpenLedger,
  RecordsRequest,
} from './use-cases/with-records.ts';

// The nouns in their signatures.

export type { BudgetDecision, Violation } from './budget/apply-limits.ts';
export type { Approval, ApprovalDecision } from './budget/label-approval.ts';
export type { Stop } from './cancellation.ts';
export type { Records } from './ledger/journal-file.ts';
export type { SharedLedger } from './ledger/shared-ledger.ts';
export type * from './model/config.ts';
export type * from './model/issue.ts';
export type * from './model/json/json.ts';
export type * from './model/limits.ts';
export type * from './model/media/media.ts';
export type { Charge, ChargeSource, JobPrice } from './model/money.ts';
export type * from './model/plan.ts';
export type * from './model/probe.ts';
export type { Purchase, Purchases } from './model/purchase/purchase.ts';
export type * from './model/results.ts';
export type * from './model/transfer.ts';
export type { PinnedPlan } from './plan/compare.ts';
export type { ProgressUpdate, RunIdentity } from './purchase/context.ts';
export type { Finding } from './recovery/finding.ts';
export type { WriteOff, WriteOffRequest } from './recovery/write-off.ts';
export type { Connections } from './run/open-run.ts';

// What they throw, and what they act through.

export * from './model/errors.ts';
export { createNodePorts } from './node/ports.ts';
export { refuseUnusableProxy } from './node/proxy.ts';
export type * from './ports.ts';
