import { sha256OfFile } from '../media/hash.ts';
import { identifyFiles } from '../media/identity/identity.ts';
import { resolveInside } from '../media/paths.ts';
import { MotionTransferError, messageOf } from '../model/errors.ts';
import { type LockedOutput, purchaseOf } from '../model/lockfile/lockfile.ts';
import {
  currentRecord,
  isRecorded,
  type WebFileKind,
  type WebFileRecord,
} from '../model/media/web-file.ts';
import type { PlannedWebFile, Step } from '../model/plan.ts';
import type { TransferResult, WebFileResult } from '../model/results.ts';
import { moveInto } from '../purchase/collect/output-file.ts';
import type { OpenRun } from '../purchase/context.ts';

/** For all web files of a run together: the videos are delivered after them. */
const MAKING_MS = 20 * 60_000;

/** There is a video at its output. */
const WITH_VIDEO: ReadonlySet<string> = new Set(['generated', 'copied', 'collected', 'reused']);

/**
 * Makes what is asked for beside the videos and is not there, and writes it into the lockfile, where the runs that
 * reuse it find it. The purchases are over by then: no fault here fails a transfer.
 */
export async function makeWebFiles(
  context: OpenRun,
  steps: readonly Step[],
  results: readonly TransferResult[],
): Promise<TransferResult[]> {
  const wanted = new Map(steps.map((step) => [step.id, step]));
  const untilMs = context.ports.clock.nowMs() + MAKING_MS;
  const done: TransferResult[] = [];
  for (const result of results) {
    const step = wanted.get(result.id);
    const kinds = step?.output === result.output ? (step.webFiles ?? []) : [];
    if (kinds.length === 0 || result.sha256 == null || !WITH_VIDEO.has(result.state)) {
      done.push(result);
      continue;
    }
    const webFiles: WebFileResult[] = [];
    for (const planned of kinds)
      webFiles.push(await settle(context, { ...result, sha256: result.sha256 }, planned, untilMs));
    done.push({ ...result, webFiles });
  }
  warnOf(context, done);
  return done;
}

type Video = Pick<TransferResult, 'output' | 'fingerprint'> & { readonly sha256: string };

async function settle(
  context: OpenRun,
  video: Video,
  { kind, path, isDue }: PlannedWebFile,
  untilMs: number,
): Promise<WebFileResult> {
  try {
    const locked = lockedOf(context, video);
    const record = currentRecord(locked.webFiles, kind, video.sha256);
    // The plan has looked at it already.
    if (record != null && (!isDue || (await isHere(context, path, record)))) {
      const { sha256, bytes } = record;
      return { kind, path, state: 'reused', sha256, bytes, problem: null };
    }
    if (context.ports.clock.nowMs() > untilMs)
      throw new MotionTransferError('the time for web files was over; run again to make the rest');
    const { sha256, bytes } = await make(context, video, { kind, path }, locked);
    return { kind, path, state: 'made', sha256, bytes, problem: null };
  } catch (error) {
    return { kind, path, state: 'failed', sha256: null, bytes: null, problem: messageOf(error) };
  }
}

function lockedOf({ store }: OpenRun, { output, fingerprint, sha256 }: Video): LockedOutput {
  const entry = store.lockfile.outputs[output];
  const locked = entry == null ? null : purchaseOf(entry, fingerprint ?? '');
  if (locked?.sha256 === sha256) return locked;
  throw new MotionTransferError(
    `the lockfile does not name this video of ${output} any more; run again`,
  );
}

/** Also in the form that Git LFS leaves in a checkout without its files. */
async function isHere(
  { ports, workspace }: OpenRun,
  path: string,
  record: WebFileRecord,
): Promise<boolean> {
  const identities = await identifyFiles(ports, workspace, [path]);
  if (isRecorded(record, identities.get(path))) return true;
  const real = await resolveInside(ports, workspace, path);
  return (await sha256OfFile(ports.files, real)) === record.sha256;
}

async function make(
  context: OpenRun,
  video: Video,
  { kind, path }: { readonly kind: WebFileKind; readonly path: string },
  locked: LockedOutput,
): Promise<WebFileRecord> {
  const { ports, workspace, stateDirectory, stop, store } = context;
  if (ports.draft == null)
    throw new MotionTransferError(
      'the codec is not installed here (npm install @motion-transfer/draft)',
    );
  const source = await resolveInside(ports, workspace, video.output);
  if ((await sha256OfFile(ports.files, source)) !== video.sha256)
    throw new MotionTransferError(
      `${video.output} does not hold the bytes on record, or is a pointer of Git LFS; check out with lfs: true, then run again`,
    );
  const target = await resolveInside(ports, workspace, path);
  const there = await sha256OfFile(ports.files, target);
  const ours = (locked.webFiles ?? []).filter((record) => record.kind === kind);
  const isOurs = there == null || ours.some(({ sha256 }) => sha256 === there);
  if (!isOurs && ours.length > 0) throw foreign(path);

  const temporary = `${stateDirectory}/downloads/web-${video.sha256.slice(0, 32)}.${kind}`;
  try {
    const request = { kind, videoPath: source, outputPath: temporary, signal: stop.requested };
    await ports.draft.makeWebFile(request);
    const sha256 = await sha256OfFile(ports.files, temporary);
    const bytes = (await ports.files.stat(temporary))?.bytes;
    if (sha256 == null || bytes == null || bytes === 0)
      throw new MotionTransferError('the codec wrote nothing; run again');
    // The same bytes are ours, though a release that does not know of web files left no record.
    if (!isOurs && there !== sha256) throw foreign(path);
    if (there !== sha256) await moveInto(context, temporary, target);
    const identities = await identifyFiles(ports, workspace, [path]);
    const record = { kind, of: video.sha256, identity: identities.get(path) ?? '', sha256, bytes };
    const others = (locked.webFiles ?? []).filter((each) => each.kind !== kind);
    await store.lockOutput(video.output, { ...locked, webFiles: [...others, record] });
    return record;
  } finally {
    await ports.files.remove(temporary).catch(() => undefined);
  }
}

function foreign(path: string): MotionTransferError {
  return new MotionTransferError(
    `${path} is there already and is not as it was made, so it is not overwritten; delete it to have it made, or leave it out of also`,
  );
}

const MOST_NAMED = 3;

/** Each reason once: where the codec cannot be installed it is the same for all. */
function warnOf({ ports }: OpenRun, results: readonly TransferResult[]): void {
  const byProblem = new Map<string, string[]>();
  for (const { path, problem } of results.flatMap(({ webFiles = [] }) => webFiles))
    if (problem != null) byProblem.set(problem, [...(byProblem.get(problem) ?? []), path]);
  for (const [problem, paths] of byProblem) {
    const rest = paths.length - MOST_NAMED;
    const named = `${paths.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    ports.log.warning(
      `Not made: ${named}. The reason: ${problem}. The videos are here, and nothing was bought for them; once this is settled the next run makes what is missing.`,
    );
  }
}
