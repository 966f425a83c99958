import { openFileSource } from '../media/byte-source.ts';
import { readMovieFacts } from '../media/mp4/video-facts.ts';
import { resolveInside } from '../media/paths.ts';
import { messageOf } from '../model/errors.ts';
import { purchaseOf } from '../model/lockfile/lockfile.ts';
import { type OutputWarning, reportWarning } from '../model/media/output-warning.ts';
import type { GenerateStep, Step } from '../model/plan.ts';
import type { TransferResult } from '../model/results.ts';
import type { PictureSample } from '../ports.ts';
import { type Expected, judgeOutput, judgePictures } from '../purchase/collect/judge-output.ts';
import type { OpenRun } from '../purchase/context.ts';
import { readIntent } from '../purchase/intent.ts';
import { isKeptAside } from '../purchase/paid-job.ts';

/** For looking at pictures, all videos together: a run that buys hundreds must not wait behind it. */
const LOOKING_MS = 120_000;

/**
 * Holds what was bought or collected against what was asked for, and writes what is missing into the lockfile, where
 * the runs that reuse it find it. It changes nothing about the purchase: no fault here fails a transfer.
 */
export async function checkOutputs(
  context: OpenRun,
  steps: readonly Step[],
  results: readonly TransferResult[],
): Promise<TransferResult[]> {
  const planned = new Map(steps.map((step) => [step.id, step]));
  const look = createLook(context);
  const checked: TransferResult[] = [];
  for (const result of results) {
    const isNew = ['generated', 'copied', 'collected'].includes(result.state) && !result.draft;
    const step = planned.get(result.id);
    checked.push(
      isNew
        ? await checkOutput(context, result, step?.action === 'generate' ? step : null, look)
        : result,
    );
  }
  return checked;
}

async function checkOutput(
  context: OpenRun,
  result: TransferResult,
  step: GenerateStep | null,
  look: Look,
): Promise<TransferResult> {
  try {
    const expected = step == null ? await expectedOf(context, result) : expectedOfStep(step);
    if (expected == null) return result;
    const path = isKeptAside(result.output)
      ? `${context.stateDirectory}/${result.output}`
      : await resolveInside(context.ports, context.workspace, result.output);
    const warnings = [
      ...(await judgeFile(context, path, result.output, expected)),
      ...judgePictures(await look(path, result)),
    ];
    if (warnings.length > 0) await keepWarnings(context, result, warnings);
    return { ...result, warnings: warnings.map(reportWarning) };
  } catch (error) {
    context.ports.log.info(`${result.id}: the video was not checked: ${messageOf(error)}`);
    return result;
  }
}

function expectedOfStep({ parameters, facts }: GenerateStep): Expected {
  return { ...parameters, clip: facts.motion };
}

/** What no plan is about any more: its purchase says what was asked for, and nothing about the clip. */
async function expectedOf(
  context: OpenRun,
  { fingerprint }: TransferResult,
): Promise<Expected | null> {
  const purchase = context.store.purchases.get(fingerprint ?? '');
  if (purchase == null) return null;
  const { job } = await readIntent(context, purchase);
  return { ...job, clip: null };
}

async function judgeFile(
  { ports }: OpenRun,
  path: string,
  name: string,
  expected: Expected,
): Promise<OutputWarning[]> {
  const source = await openFileSource(ports.files, path, name);
  try {
    return judgeOutput(expected, (await readMovieFacts(source)).facts);
  } finally {
    await source.close();
  }
}

type Look = (path: string, result: TransferResult) => Promise<readonly PictureSample[]>;

/** Some pictures of a video, where the codec is there; the same bytes are decoded once. */
function createLook({ ports, stop }: OpenRun): Look {
  const seen = new Map<string, readonly PictureSample[]>();
  let untilMs: number | null = null;
  return async (path, { id, sha256 }) => {
    const before = seen.get(sha256 ?? '');
    if (before != null) return before;
    const isLate = untilMs != null && ports.clock.nowMs() > untilMs;
    if (ports.draft == null || stop.requested.aborted || isLate) return [];
    try {
      const samples = (await ports.draft.samplePictures(path, stop.requested)) ?? [];
      // The first one may have waited for the engine.
      untilMs ??= ports.clock.nowMs() + LOOKING_MS;
      seen.set(sha256 ?? '', samples);
      return samples;
    } catch (error) {
      ports.log.info(`${id}: its pictures were not looked at: ${messageOf(error)}`);
      return [];
    }
  };
}

async function keepWarnings(
  { store }: OpenRun,
  { output, fingerprint, sha256 }: TransferResult,
  warnings: OutputWarning[],
): Promise<void> {
  const entry = store.lockfile.outputs[output];
  if (entry == null) return;
  const locked = purchaseOf(entry, fingerprint ?? '');
  if (locked.sha256 === sha256) await store.lockOutput(output, { ...locked, warnings });
}
