/**
 * What our own shells need besides the use cases: reading the config and the environment, opening the
 * records, the approval of a plan, and the reports. No promise is made to other programs about it.
 */

export {
  isOnRecord,
  type KeptRecord,
  nextRecord,
  type Proof,
  proveShown,
  type ShownFacts,
} from './budget/approval-evidence.ts';
export { decideBudget } from './budget/decide.ts';
export {
  type Approval,
  type ApprovalDecision,
  type ApprovalFacts,
  decideApproval,
  type LabelFact,
  type ShownPlan,
} from './budget/label-approval.ts';
export type { BudgetDecision, Violation } from './budget/limits.ts';
export { spentOf } from './budget/spent.ts';
export {
  LAST_ANSWER_AFTER_DEADLINE_MS,
  LAST_ANSWER_MS,
  type Stop,
  stoppedBecause,
} from './cancellation.ts';
export { DEFAULT_OVERRIDE_LABEL, type ReadConfig } from './config/assemble.ts';
export { type BaseConfig, joinBase, readBaseConfig } from './config/base-branch.ts';
export type { ConfigInputs } from './config/inputs.ts';
export { listRepositoryFiles } from './config/list-files.ts';
export { CONFIG_PATHS, readConfig } from './config/read.ts';
export { configJsonSchema } from './config/schema/json-schema.ts';
export { type Preview, renderPreviews } from './drafts/previews.ts';
export { readText, saveBody } from './http/body.ts';
export { isLoopback } from './http/loopback.ts';
export { followRedirects } from './http/redirects.ts';
export { randomId } from './ids.ts';
export { type Records, readLockfile } from './ledger/journal-file.ts';
export { chooseLedger, type LedgerChoice, openLedger } from './ledger/open.ts';
export type { SharedLedger } from './ledger/shared-ledger.ts';
export { findStateDirectory } from './ledger/state-directory.ts';
export { sha256OfFile } from './media/hash.ts';
export { resolveInside } from './media/paths.ts';
export { sha256 } from './model/hash.ts';
export * from './model/limits.ts';
export { emptyLockfile, LOCKFILE_PATH, parseLockfile } from './model/lockfile.ts';
export type { Charge, ChargeSource, JobPrice } from './model/money.ts';
export { formatUsd, formatUsdRange, parseDollars } from './model/money.ts';
export { planJsonSchema, planSchema } from './model/plan.ts';
export type { Purchases } from './model/purchase.ts';
export { createRedactor, cutForeign, type Redactor, withoutQueries } from './model/redact.ts';
export { parseBoundedJson } from './model/strict-json.ts';
export type { PinnedPlan } from './plan/compare.ts';
export { type GatherRequest, gatherPlan } from './plan/gather/gather.ts';
export { type PriceReading, readPublishedPrices } from './plan/gather/published-prices.ts';
export { findRemoved } from './plan/removed-outputs.ts';
export { retentionNotes } from './plan/retention.ts';
export type { Adapter, PriceRow, Provider, Sourced } from './providers/adapter.ts';
export { adapters, localProviders, providers } from './providers/registry.ts';
export type { OpenRun, ProgressUpdate, RunIdentity } from './purchase/context.ts';
export type { Finding } from './recovery/settle-leftovers.ts';
export { parseWriteOffs, type WriteOff } from './recovery/write-off.ts';
export {
  COMMENT_MARKER,
  type CommentSection,
  joinComment,
  parseComment,
} from './report/comment/document.ts';
export {
  type CommentLinks,
  type CommentMode,
  isWorthWriting,
  type RenderedSection,
  renderCommentSection,
} from './report/comment/render.ts';
export { type CommentState, decodeState } from './report/comment/state.ts';
export {
  type Drift,
  describeDrift,
  findDrift,
} from './report/drift.ts';
export { markdownText } from './report/escape-markdown.ts';
export { plainText } from './report/escape-text.ts';
export { listEntries, type WantedClip } from './report/gallery/clips.ts';
export { chooseEmbedded, GALLERY_MAX_EMBEDDED_BYTES } from './report/gallery/embedding.ts';
export { mediaTypeOf } from './report/gallery/media-type.ts';
export { type ClipMedia, type Gallery, makeGallery } from './report/gallery/model.ts';
export { renderGallery } from './report/gallery/render.ts';
export { renderLedgerReport } from './report/ledger-summary.ts';
export { renderTextTable } from './report/log.ts';
export { type ReconcileReport, renderReconcile } from './report/reconcile.ts';
export { makeReport, type Report, type ReportTotals } from './report/report.ts';
export { renderSummary, type SummaryLinks } from './report/summary.ts';
export { overPullRequest } from './report/tables/limits.ts';
export { Again, afterLostRequest, type RetryPolicy, withRetry } from './retry.ts';
export { type Connections, readConnections } from './run/open-run.ts';
