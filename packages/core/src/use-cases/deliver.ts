import { sha256OfFile } from '../media/hash.ts';
import { resolveInside } from '../media/paths.ts';
import { LedgerError, messageOf, StoppedError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Archive } from '../model/purchase/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import type { Ports } from '../ports.ts';
import { holdUndelivered, recordDelivery } from '../purchase/collect/record-delivery.ts';
import type { OpenRun } from '../purchase/context.ts';
import { downloadPath, isKeptAside } from '../purchase/paid-job.ts';
import type { CancellableStop } from './with-records.ts';

/** A video on this machine that is to be kept beyond it. */
export interface StoredVideo {
  readonly output: string;
  /** It lies in the state directory, not in the workspace. */
  readonly isAside: boolean;
  readonly sha256: string;
  /** Where its download lies until the delivery is on record, absolute; `null` for what was never downloaded. */
  readonly download: string | null;
}

export interface DeliveryRequest {
  readonly videos: readonly StoredVideo[];
  /** False after a cancel: there is no time for an upload. */
  readonly mayUpload: boolean;
}

/** What a shell proved to be delivered. */
export interface Delivered {
  readonly videos: readonly Pick<StoredVideo, 'output' | 'sha256'>[];
  /** The artifact that holds them; `null` where the output path itself is the delivery. */
  readonly archive: Omit<Archive, 'path'> | null;
  /** Why something was not delivered; `null` when nothing went wrong. */
  readonly problem: string | null;
  /** Why single videos were left out, by output. */
  readonly reasons?: ReadonlyMap<string, string>;
}

export const NOTHING_DELIVERED: Delivered = { videos: [], archive: null, problem: null };

/** How the videos of a run ended up. */
export interface Settlement<Result, Delivery extends Delivered> {
  readonly results: readonly Result[];
  /** What the shell answered; `null` when it threw instead. */
  readonly delivered: Delivery | null;
  readonly deliveryProblem: string | null;
  /** The shared ledger refused (the journal here holds what it should know), or it counts a second charge. */
  readonly ledgerProblem: string | null;
  /** Nothing is left for a later step of the job: everything is delivered and on record. */
  readonly isComplete: boolean;
}

/** What is needed of a result. */
export type Deliverable = Pick<
  TransferResult,
  'id' | 'fingerprint' | 'state' | 'output' | 'charge' | 'message' | 'holdMicroUsd' | 'sha256'
>;

/**
 * Delivers what is stored, and records what was proved to be delivered; the rest stays stored and its
 * money held. A ledger that refuses is a problem to report and loses nothing: the videos are here, and
 * the journal is sent to the ledger later.
 */
export async function deliverAndRecord<Result extends Deliverable, Delivery extends Delivered>(
  context: OpenRun,
  stored: readonly Result[],
  stop: CancellableStop,
  deliver: (request: DeliveryRequest) => Promise<Delivery>,
): Promise<Settlement<Result, Delivery>> {
  const videos = storedVideosOf(context, stored);
  const delivered = await tryDeliver(context, () =>
    deliver({ videos, mayUpload: !stop.isCancelled() }),
  );
  const { answer } = delivered;
  const proved = new Set(stop.isCancelled() ? [] : answer?.videos.map(nameOf));
  const isDelivered = (result: Result) => proved.has(nameOf(result));

  const done = stored.filter(isDelivered);
  const { results: recorded, problem: ledgerProblem } = await record(
    context,
    done,
    answer ?? NOTHING_DELIVERED,
  );
  const open = stored.filter((result) => !isDelivered(result));
  const held = holdUndelivered(context, open);
  const settled = new Map([...zip(done, recorded), ...zip(open, held)]);
  const deliveryProblem =
    delivered.problem ??
    (stop.isCancelled() ? null : await findUndelivered(context, open, answer?.reasons));
  const results = stored.map((result) => withLateCharge(context, settled.get(result) ?? result));
  const twice = results.find(({ fingerprint }) => context.store.lateCharges.has(fingerprint ?? ''));
  return {
    results,
    delivered: answer,
    deliveryProblem,
    ledgerProblem: ledgerProblem ?? (twice == null ? null : `${twice.id}: ${twice.message}`),
    isComplete: !stop.isCancelled() && deliveryProblem == null && ledgerProblem == null,
  };
}

/** Accepted after it was written off, when another run had bought it anew: both charges count, and are reported. */
function withLateCharge<Result extends Deliverable>({ store }: OpenRun, result: Result): Result {
  const late = store.lateCharges.get(result.fingerprint ?? '');
  if (late == null) return result;
  const { microUsd, source } = late;
  const other = store.purchases.get(result.fingerprint ?? '')?.holder.runId ?? 'another';
  const message = `it was written off while this run was buying it, and run ${other} bought it anew; both were accepted, so there are two charges, and this one of ${formatUsd(microUsd)} is on record too. Ask the provider whether it refunds one, and write off nothing that a run is still buying`;
  return { ...result, charge: { microUsd, source }, message };
}

/** What was bought is reported also when the shell fails: an error of its own is a problem to report. */
async function tryDeliver<Delivery extends Delivered>(
  { stateDirectory }: OpenRun,
  deliver: () => Promise<Delivery>,
): Promise<{ readonly answer: Delivery | null; readonly problem: string | null }> {
  try {
    const answer = await deliver();
    return { answer, problem: answer.problem };
  } catch (error) {
    const problem = `The delivery failed (${messageOf(error)}). What was bought is paid for and stored on this machine, at its output path and below ${stateDirectory}/downloads; its money stays held; the post step of this job delivers it, and so does the next run in this checkout.`;
    return { answer: null, problem };
  }
}

async function record<Result extends Deliverable>(
  context: OpenRun,
  results: readonly Result[],
  { archive }: Delivered,
): Promise<{ readonly results: readonly Result[]; readonly problem: string | null }> {
  try {
    return { results: await recordDelivery(context, results, archive), problem: null };
  } catch (error) {
    const record = isLedgerTrouble(error) ? 'the ledger' : 'the record of purchases';
    const subject =
      results.length === 0 ? capitalize(record) : `The videos are here, but ${record}`;
    const problem = `${subject} was not updated completely (${messageOf(error)}). The post step of this job tries again, and so does the next run in this checkout; until then the record holds the highest price.`;
    context.ports.log.warning(problem);
    return { results, problem };
  }
}

function capitalize(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** The ledger refused, or a stop left it no time. */
export function isLedgerTrouble(error: unknown): boolean {
  return error instanceof LedgerError || error instanceof StoppedError;
}

function storedVideosOf(context: OpenRun, results: readonly Deliverable[]): StoredVideo[] {
  return results.filter(isHere).map(({ output, sha256, fingerprint }) => ({
    output,
    isAside: isKeptAside(output),
    sha256: sha256 ?? '',
    download: downloadOf(context, fingerprint),
  }));
}

function isHere({ state, sha256 }: Deliverable): boolean {
  return sha256 != null && ['generated', 'copied', 'collected'].includes(state);
}

function downloadOf(context: OpenRun, fingerprint: string | null): string | null {
  return fingerprint == null || !context.store.purchases.has(fingerprint)
    ? null
    : downloadPath(context, fingerprint);
}

function nameOf({ output, sha256 }: { readonly output: string; readonly sha256: string | null }) {
  return `${sha256} ${output}`;
}

/** Here a moment ago, but not among what was proved: whatever it cost, somebody waits for it. */
async function findUndelivered(
  context: OpenRun,
  open: readonly Deliverable[],
  reasons: ReadonlyMap<string, string> = new Map(),
): Promise<string | null> {
  const sentences: string[] = [];
  for (const result of open.filter(isHere)) {
    const reason = reasons.get(result.output) ?? 'the file is gone or was changed';
    sentences.push(`${result.output}: ${reason}. ${await describeWayOn(context, result)}`);
  }
  return sentences.length === 0 ? null : `Not delivered: ${sentences.join('. ')}`;
}

/** Whether it is paid, where its bytes are, and what brings it to its place. */
async function describeWayOn(
  context: OpenRun,
  { state, fingerprint, sha256 }: Deliverable,
): Promise<string> {
  if (state === 'copied') return 'It is a copy and cost nothing; run again to make it';
  const purchase = context.store.purchases.get(fingerprint ?? '');
  if (purchase == null) return 'It is a draft and cost nothing; run again to make it';
  const download = downloadOf(context, fingerprint);
  const isKept = download != null && (await sha256OfFile(context.ports.files, download)) === sha256;
  const place = isKept ? `; its download is ${download}` : '';
  return purchase.state === 'stored'
    ? `It is paid for and its money stays held${place}; run again to deliver it, it is not bought again`
    : `It is paid for and on record${place}; run again to fetch it, it is not bought again`;
}

function zip<Item>(before: readonly Item[], after: readonly Item[]): (readonly [Item, Item])[] {
  return before.map((item, index) => [item, after[index] ?? item]);
}

/**
 * The delivery of a shell without an artifact service: the file at its own path counts, once it is
 * flushed to the disk and read back with the bytes on record.
 */
export async function deliverInPlace(
  ports: Pick<Ports, 'files'>,
  paths: { readonly workspace: string; readonly stateDirectory: string },
  videos: readonly StoredVideo[],
): Promise<Delivered> {
  const delivered: StoredVideo[] = [];
  const problems: string[] = [];
  for (const video of videos) {
    const { output, isAside, sha256 } = video;
    try {
      const path = isAside
        ? `${paths.stateDirectory}/${output}`
        : await resolveInside(ports, paths.workspace, output);
      await ports.files.sync(path);
      if ((await sha256OfFile(ports.files, path)) === sha256) delivered.push(video);
      else problems.push(`${output} does not hold the bytes on record`);
    } catch (error) {
      problems.push(`${output} cannot be read back (${messageOf(error)})`);
    }
  }
  const problem = problems.length === 0 ? null : `Not delivered: ${problems.join('; ')}`;
  return { videos: delivered, archive: null, problem };
}
