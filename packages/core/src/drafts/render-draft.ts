import { dirname } from 'node:path';
import { openFileSource } from '../media/byte-source.ts';
import { sha256OfFile } from '../media/hash.ts';
import { identifyFiles } from '../media/identity/identity.ts';
import { checkCompleteMp4 } from '../media/mp4/check-mp4.ts';
import { resolveInside } from '../media/paths.ts';
import { MotionTransferError } from '../model/errors.ts';
import type { GenerateStep } from '../model/plan.ts';
import { SHORT_SIDE_PIXELS } from '../model/transfer.ts';
import { moveInto } from '../purchase/collect/output-file.ts';
import type { DraftContext, RunContext } from '../purchase/context.ts';
import { provenanceOf } from '../purchase/paid-job.ts';
import type { RenderedDraft } from '../purchase/results.ts';
import { assetPath } from './local-assets.ts';

/** The engine's own caps, the same as the providers'. */
const DRAFT_CAP_SECONDS = { image: 10, video: 30 } as const;
/** A preview is looked at once, in a pull request: small is soon. */
export const PREVIEW_SHORT_SIDE = 480;

/**
 * Renders the draft of a planned transfer to a path, whoever would sell the real one.
 *
 * @throws MotionTransferError when there is no engine or it cannot render this; StoppedError on a stop.
 */
export async function renderDraftTo(
  context: DraftContext,
  step: GenerateStep,
  outputPath: string,
  shortSide: number,
  onProgress: (done: number) => void,
): Promise<RenderedDraft> {
  const { ports, stop } = context;
  if (ports.draft == null) {
    throw new MotionTransferError(
      'drafts cannot be rendered here: the draft engine is not installed (npm install @motion-transfer/draft)',
    );
  }
  await ports.files.makeDirectory(dirname(outputPath));
  const { warnings } = await ports.draft.render({
    characterPath: await assetPath(context, step.character),
    motionPath: await assetPath(context, step.motion),
    outputPath,
    orientation: step.parameters.orientation,
    keepOriginalSound: step.parameters.keepOriginalSound,
    shortSide,
    signal: stop.requested,
    onProgress,
  });
  const source = await openFileSource(ports.files, outputPath, step.output);
  try {
    const facts = await checkCompleteMp4(source);
    const expected = Math.min(
      step.facts.motion.trackSeconds,
      DRAFT_CAP_SECONDS[step.parameters.orientation],
    );
    const isShort = facts.trackSeconds < expected - 0.5;
    return {
      sha256: (await sha256OfFile(ports.files, outputPath)) ?? '',
      bytes: source.bytes,
      videoSeconds: facts.trackSeconds,
      warnings: isShort
        ? [
            ...warnings,
            `the draft is ${facts.trackSeconds.toFixed(1)} s long, the clip ${expected.toFixed(1)} s: the clip may be damaged`,
          ]
        : warnings,
    };
  } finally {
    await source.close();
  }
}

/** A transfer whose provider is the draft engine: rendered, put at its output path, recorded as a draft. */
export async function makeDraft(
  context: RunContext,
  step: GenerateStep,
  onProgress: (done: number) => void,
): Promise<RenderedDraft> {
  const { ports, store, workspace } = context;
  const target = await resolveInside(ports, workspace, step.output);
  const made = `${context.stateDirectory}/downloads/draft-${step.fingerprint.slice(0, 32)}.mp4`;
  try {
    const rendered = await renderDraftTo(
      context,
      step,
      made,
      SHORT_SIDE_PIXELS[step.parameters.tier],
      onProgress,
    );
    await moveInto(context, made, target);
    const identities = await identifyFiles(ports, workspace, [step.output]);
    await store.lockOutput(step.output, {
      ...provenanceOf(step),
      identity: identities.get(step.output) ?? '',
      sha256: rendered.sha256,
      bytes: rendered.bytes,
      videoSeconds: rendered.videoSeconds,
      draft: true,
      copyOf: null,
      operation: null,
      holdMicroUsd: 0,
      charge: { microUsd: 0, source: 'provider-reported' },
      generatedAt: new Date(ports.clock.nowMs()).toISOString(),
    });
    return rendered;
  } finally {
    await ports.files.remove(made);
  }
}
