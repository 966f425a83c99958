import { sha256 } from '../model/hash.ts';
import type { LockedOutput } from '../model/lockfile/lockfile.ts';
import { type AssetNames, assetsOf, recordedBeside } from '../model/media/identities.ts';
import type { Identity } from '../model/media/media.ts';
import type { Charge } from '../model/money.ts';
import type { GenerateStep, PlannedAsset } from '../model/plan.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { withoutQueriesIn, withoutQuery } from '../model/secrets/redact.ts';
import type { Job } from '../providers/adapter.ts';
import { storeCollected, storeOutput } from './collect/output-file.ts';
import { jobOf, type RunContext } from './context.ts';
import { readIntent, revisionOf } from './intent.ts';

/** A job that was paid for, and what is to become of its video. */
export interface PaidJob {
  readonly id: string;
  readonly provider: string;
  readonly fingerprint: string;
  readonly job: Job;
  /** Brings verified bytes to where they belong; their identity there, or `null` when they are gone. */
  store(purchase: Purchase, downloadPath: string): Promise<string | null>;
  /** Writes down what the video is, before the purchase counts as recorded. */
  record(purchase: Purchase, identity: string, charge: Charge): Promise<void>;
}

/** The job of a planned step: its video goes to its output path and into the lockfile. */
export function plannedJob(context: RunContext, step: GenerateStep): PaidJob {
  return {
    id: step.id,
    provider: step.provider,
    fingerprint: step.fingerprint,
    job: jobOf(step),
    store: (purchase, downloadPath) => storeOutput(context, step, purchase, downloadPath),
    record: (purchase, identity, charge) =>
      context.store.lockOutput(step.output, {
        ...provenanceOf(step, assetsOf(purchase)),
        adapterRevision: revisionOf(purchase) ?? step.adapterRevision,
        identity,
        sha256: purchase.download?.sha256 ?? '',
        bytes: purchase.download?.bytes ?? 0,
        videoSeconds: purchase.download?.videoSeconds ?? 0,
        draft: false,
        copyOf: null,
        operation: purchase.operation,
        holdMicroUsd: purchase.holdMicroUsd,
        charge,
        generatedAt: new Date(context.ports.clock.nowMs()).toISOString(),
      }),
  };
}

/** A job that no step of the plan is about any more: its video is kept aside, the lockfile is left alone. */
export async function unplannedJob(context: RunContext, unplanned: Purchase): Promise<PaidJob> {
  const { job } = await readIntent(context, unplanned);
  return {
    id: unplanned.transferId,
    provider: unplanned.provider,
    fingerprint: unplanned.fingerprint,
    job,
    store: (purchase, downloadPath) =>
      storeCollected(context, purchase, downloadPath, collectedPath(context, unplanned)),
    record: async () => {},
  };
}

/** Where the video of an unplanned job lies: its transfer's name, and its fingerprint so that two never meet. */
export function collectedPath(
  context: Pick<RunContext, 'stateDirectory'>,
  purchase: Purchase,
): string {
  return `${context.stateDirectory}/collected/${collectedName(purchase)}`;
}

/** No transfer may have an output there: see `media/path-rules.ts`. */
export function isKeptAside(output: string): boolean {
  return output.startsWith('collected/');
}

export function collectedName({ transferId, fingerprint }: Purchase): string {
  const readable = transferId.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  return `${readable}-${fingerprint.slice(0, 8)}.mp4`;
}

/** Our own name for a download: nothing hostile reaches the file system. */
export function downloadPath(
  context: Pick<RunContext, 'stateDirectory'>,
  fingerprint: string,
): string {
  const name = sha256(fingerprint).slice(0, 32);
  return `${downloadsDirectory(context)}/${name}.mp4`;
}

export function downloadsDirectory({ stateDirectory }: Pick<RunContext, 'stateDirectory'>): string {
  return `${stateDirectory}/downloads`;
}

/** What a video was made from and by whom: the part of its lockfile entry that the plan knows. */
type Provenance = Pick<
  LockedOutput,
  | 'fingerprint'
  | 'provider'
  | 'model'
  | 'adapterRevision'
  | 'character'
  | 'motion'
  | 'take'
  | 'parameters'
>;

/**
 * `boughtAs` is what the assets were known by when it was bought, which may be other kinds of identity than today's.
 * No query of an address is written down: it may hold a signature.
 */
export function provenanceOf(step: GenerateStep, boughtAs: AssetNames | null = null): Provenance {
  const { fingerprint, provider, model, adapterRevision, parameters } = step;
  return {
    fingerprint,
    provider,
    model,
    adapterRevision,
    character: lockedAsset(step.character, boughtAs?.character),
    motion: lockedAsset(step.motion, boughtAs?.motion),
    take: parameters.take,
    parameters: { ...parameters, options: withoutQueriesIn(step.options) },
  };
}

function lockedAsset(
  { source, identity, alsoKnownAs = [] }: PlannedAsset,
  boughtAs: readonly Identity[] = [],
): LockedOutput['character'] {
  return {
    source: withoutQuery(source),
    identity: identity ?? '',
    ...recordedBeside(identity, [...alsoKnownAs, ...boughtAs]),
  };
}
