/**
 * What our own shells need besides the use cases: reading the config and the environment, opening the
 * records, the approval of a plan, and the reports. No promise is made to other programs about it.
 */

export type { Assumption } from './assumptions/assumption.ts';
export { COMMON } from './assumptions/common.ts';
export { writtenAssumptions } from './assumptions/registry.ts';
export {
  isOnRecord,
  type KeptRecord,
  nextRecord,
  type Proof,
  proveShown,
  type ShownFacts,
} from './budget/approval-evidence.ts';
export { decideBudget } from './budget/decide.ts';
export { decideApproval, type LabelFact, type ShownPlan } from './budget/label-approval.ts';
export { LAST_ANSWER_AFTER_DEADLINE_MS, LAST_ANSWER_MS, stoppedBecause } from './cancellation.ts';
export { buildConfig, DEFAULT_OVERRIDE_LABEL } from './config/assemble.ts';
export { type BaseConfig, joinBase, readBaseConfig, restrictBase } from './config/base-branch.ts';
export type { ConfigInputs } from './config/inputs.ts';
export { listRepositoryFiles } from './config/list-files.ts';
export { CONFIG_PATHS, readConfig } from './config/read.ts';
export { configJsonSchema } from './config/schema/json-schema.ts';
export { type Preview, renderPreviews } from './drafts/previews.ts';
export { readText, saveBody } from './http/body.ts';
export { passingAnswer } from './http/fetch-file.ts';
export { isLoopback } from './http/loopback.ts';
export {
  describeMoved,
  type MovableAddress,
  movableAddresses,
} from './http/moved-addresses.ts';
export { followRedirects } from './http/redirects.ts';
export { MIN_KEY_CHARACTERS, secretSets, secretVariables } from './http/secrets.ts';
export { randomId } from './ids.ts';
export {
  readFetchOutcome,
  readPushOutcome,
} from './ledger/backends/git/outcome.ts';
export { openRemote } from './ledger/backends/git/remote.ts';
export {
  createRepository,
  describeExit,
  firstLine,
  type Repository,
} from './ledger/backends/git/repository.ts';
export { readLockfile } from './ledger/journal-file.ts';
export {
  joinIntoLockfile,
  loadLockfile,
  lockfileReader,
  readLockfileFiles,
} from './ledger/lockfile-files.ts';
export { chooseLedger, type LedgerChoice, openLedger } from './ledger/open.ts';
export { findStateDirectory } from './ledger/state-directory.ts';
export { sha256OfFile } from './media/hash.ts';
export { readGitIndex } from './media/identity/git-index.ts';
export { isGitRepository } from './media/identity/repository.ts';
export { resolveInside } from './media/paths.ts';
export { CLIP_ADVICE } from './model/advice/clip-advice.ts';
export { type ClockReading, readClock } from './model/clock-reading.ts';
export { sha256, sha256OfChunks } from './model/hash.ts';
export { parseBoundedJson } from './model/json/strict-json.ts';
export { forEachLimit, LIMITS } from './model/limits.ts';
export {
  emptyLockfile,
  LOCKFILE_PATH,
  type LockedOutput,
} from './model/lockfile/lockfile.ts';
export { formatUsd, parseDollars } from './model/money.ts';
export { ownTotals } from './model/owed-by-base.ts';
export { planJsonSchema } from './model/plan.ts';
export { MAX_PROBE_MICRO_USD } from './model/probe.ts';
export {
  createRedactor,
  cutForeign,
  type Redactor,
  withoutQueries,
} from './model/secrets/redact.ts';
export { secretsIn } from './model/secrets/secret-forms.ts';
export type { BaseCommit, MergeBase } from './plan/base/base-commit.ts';
export { parsePlan } from './plan/digest.ts';
export { gatherPlan } from './plan/gather/gather.ts';
export { readPublishedPrices } from './plan/gather/published-prices.ts';
export { findRemoved } from './plan/removed-outputs.ts';
export { retentionNotes } from './plan/retention.ts';
export type { Adapter, PriceRow, Sourced } from './providers/adapter.ts';
export { adapters, localProviders, providers } from './providers/registry.ts';
export { isKeptAside } from './purchase/paid-job.ts';
export { ownLocks } from './recovery/lock-owner.ts';
export { parseWriteOffs } from './recovery/write-off.ts';
export {
  boughtKeyOf,
  COMMENT_MARKER,
  joinComment,
  parseComment,
  placeSection,
} from './report/comment/document.ts';
export {
  type CommentLinks,
  isWorthWriting,
  type RenderedSection,
  renderCommentSection,
} from './report/comment/render.ts';
export { type CommentState, decodeState } from './report/comment/state.ts';
export { describeDrift, findDrift } from './report/drift.ts';
export { plainText } from './report/escape-text.ts';
export { listEntries, type WantedClip } from './report/gallery/clips.ts';
export { chooseEmbedded, GALLERY_MAX_EMBEDDED_BYTES } from './report/gallery/embedding.ts';
export { mediaTypeOf } from './report/gallery/media-type.ts';
export { type ClipMedia, makeGallery } from './report/gallery/model.ts';
export type { CommittedFiles, GalleryOrigin } from './report/gallery/origin.ts';
export { type GalleryPart, renderGallery } from './report/gallery/render.ts';
export { renderLedgerReport } from './report/ledger-summary.ts';
export { renderTextReport } from './report/log.ts';
export { probeDocuments, renderProbeSummary } from './report/probe.ts';
export { renderReconcile } from './report/reconcile-summary.ts';
export { makeReport, type Report } from './report/report.ts';
export { isStale } from './report/row-state.ts';
export { describeSharedWarning, ownWarnings } from './report/shared-warnings.ts';
export { renderSummary, type SummaryLinks } from './report/summary.ts';
export { exceededOtherwise, overPullRequest } from './report/tables/limits.ts';
export { describeVerdict, makeVerdict } from './report/verdict.ts';
export { Again, afterLostRequest, type RetryPolicy, withRetry } from './retry.ts';
export { readConnections } from './run/open-run.ts';
