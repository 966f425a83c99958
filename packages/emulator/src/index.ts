export { type Emulator, startEmulator } from './emulator.ts';
export type { Fault, FaultKind, FaultPoint } from './faults/fault.ts';
export {
  type FaultyProxy,
  type FaultyProxyOptions,
  startFaultyProxy,
} from './faults/faulty-proxy.ts';
export {
  type ChooseFault,
  type ProxiedRequest,
  type ProxyFault,
  scriptedFaults,
  seededFaults,
} from './faults/proxy-fault.ts';
export type { GitAccess } from './git/access.ts';
export type { Artifact } from './github/artifact-service.ts';
export type {
  GitHubWorld,
  IssueComment,
  PullRequest,
  Role,
  TokenPermissions,
} from './github/rest/world.ts';
export type { RunIdentity } from './github/runtime-token.ts';
export { findLeaks, keysIn, type Leak, type Sent } from './leaks.ts';
export { draftPerformer } from './media/draft-performer.ts';
export { type Flaw, flawedPerformer } from './media/flawed-performer.ts';
export { rememberPerformances } from './media/remember-performances.ts';
export { remuxPerformer } from './media/remux-performer.ts';
export { type Certificate, createCertificate } from './network/certificate.ts';
export {
  type Destination,
  type ForwardProxy,
  type ForwardProxyOptions,
  startForwardProxy,
} from './network/forward-proxy.ts';
export { startTlsFront, type TlsFront } from './network/tls-front.ts';
export type { EmulatorOptions } from './options.ts';
export {
  DONE_WORDS,
  type EmpiriolabsOptions,
  FAILED_WORDS,
  RESULT_SHAPES,
  type ResultShape,
} from './providers/empiriolabs/options.ts';
export type { FalOptions } from './providers/fal/options.ts';
export { KLING_API_KEY, KLING_KEY_PAIR } from './providers/kling/keys.ts';
export type { KlingOptions } from './providers/kling/options.ts';
export type { ProspolabsOptions } from './providers/prospolabs/options.ts';
export { PROVIDER_NAMES, type ProviderName } from './providers/registry.ts';
export type { ActionRun } from './runner/action-run.ts';
export { cancelAsRunnerDoes } from './runner/cancel.ts';
export type { ActionOptions } from './runner/options.ts';
export { runAction } from './runner/run-action.ts';
export { type RunningAction, SHORT_RUN, startAction } from './runner/start-action.ts';
export type { Annotation, Group } from './runner/workflow-commands.ts';
export type { Checkpoint, RequestMoment } from './server/checkpoint.ts';
export type { FiredFault } from './server/injector.ts';
export type { RequestRecord } from './server/request-log.ts';
export type { EmulatedCloud } from './storage/cloud.ts';
export type {
  BillEntry,
  Orientation,
  Performer,
  PerformRequest,
  Tier,
} from './types.ts';
