import type { Stop } from '../cancellation.ts';
import type { ApiContext } from '../http/call-api.ts';
import type { RawHosts } from '../http/endpoint.ts';
import type { Store } from '../ledger/purchase-store.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { PurchaseState } from '../model/purchase/purchase-state.ts';
import type { Redactor } from '../model/secrets/redact.ts';
import type { Ports } from '../ports.ts';
import type { Job } from '../providers/adapter.ts';
import type { S3Store } from '../staging/s3/store.ts';
import type { ClockCheck } from './clock-check.ts';

/** Which run this is, in the records of all runs. */
export interface RunIdentity {
  readonly runId: string;
  readonly attempt: number;
  readonly job: string;
  /** Whose limit it counts against; `null` outside pull requests. */
  readonly pullRequest: number | null;
}

/** What every part of a run works with. */
export interface RunContext {
  readonly ports: Ports;
  readonly identity: RunIdentity;
  readonly workspace: string;
  readonly stateDirectory: string;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly rawHosts: RawHosts;
  readonly store: Store;
  readonly stop: Stop;
  readonly clockCheck: ClockCheck;
  /** Whether the run was cancelled and a job that has not started is to be cancelled too. */
  readonly cancelsQueued: () => boolean;
  /** What this run handed to providers already; see `staging/provider-upload.ts`. */
  readonly uploaded: Map<string, Promise<string>>;
  /** Where each URL asset of this run was downloaded to, by identity; the files lie there until the run ends. */
  readonly fetched: Map<string, Promise<string>>;
  /** Artifacts of earlier runs, by id, each unpacked when the first of its videos is fetched. */
  readonly artifacts: Map<number, Promise<UnpackedArtifact>>;
  /** The configured bucket; `null` without one. */
  readonly s3: S3Store | null;
  /** A provider was moved to this machine, so its files may come from here too. */
  readonly allowLoopback: boolean;
  /** Set once a provider charged more than was held: no further purchase starts. */
  halted: string | null;
  apiFor(provider: string): ApiContext;
  /** Knows every secret of the run. */
  readonly redactor: Redactor;
  onProgress(update: ProgressUpdate): void;
}

/** What became of fetching an artifact; its files lie in `directory` until the run ends. */
export type UnpackedArtifact =
  | { readonly kind: 'fetched' | 'gone'; readonly directory: string }
  | { readonly kind: 'no-token' };

export function artifactsDirectory(stateDirectory: string): string {
  return `${stateDirectory}/artifacts`;
}

/** A run before its plan is made: which commit it is about is not known yet. */
export type OpenRun = Omit<RunContext, 'commit'>;

/** The part of it that rendering a draft needs: nothing that could buy. */
export type DraftContext = Pick<
  RunContext,
  'ports' | 'workspace' | 'stateDirectory' | 'stop' | 'allowLoopback'
>;

/** What one transfer is doing: shown to people, never decided upon. */
export interface ProgressUpdate {
  readonly id: string;
  readonly phase: 'staging' | 'drafting' | 'submitting' | 'waiting' | 'downloading' | 'done';
  readonly elapsedMs: number;
  readonly note: string | null;
}

export type Report = (phase: ProgressUpdate['phase'], note?: string | null) => void;

/** The job of a planned step, as its adapter sees it. */
export function jobOf(step: GenerateStep): Job {
  const { prompt, tier, orientation, keepOriginalSound, durationSeconds } = step.parameters;
  return {
    model: step.model,
    prompt,
    tier,
    orientation,
    keepOriginalSound,
    durationSeconds,
    options: step.options,
    price: step.price,
  };
}

/** Whether this very run holds the purchase in that state. */
export function isHeldHere(
  { store, identity }: RunContext,
  fingerprint: string,
  state: PurchaseState,
): boolean {
  const purchase = store.purchases.get(fingerprint);
  return (
    purchase?.state === state &&
    purchase.holder.runId === identity.runId &&
    purchase.holder.attempt === identity.attempt &&
    purchase.holder.job === identity.job &&
    purchase.holder.checkout === store.checkout
  );
}
