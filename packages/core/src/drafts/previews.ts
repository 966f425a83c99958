import { throwIfStopped } from '../cancellation.ts';
import { messageOf } from '../model/errors.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import { costsAnew } from '../model/plan.ts';
import type { DraftContext, RunContext } from '../purchase/context.ts';
import { removeFetchedAssets } from './local-assets.ts';
import { PREVIEW_SHORT_SIDE, renderDraftTo } from './render-draft.ts';

/** The free draft of one transfer that would be bought. */
export interface Preview {
  readonly id: string;
  /** Relative to the directory of the previews; `null` when there is none. */
  readonly path: string | null;
  readonly bytes: number | null;
  readonly videoSeconds: number | null;
  readonly warnings: readonly string[];
  /** Why there is none. */
  readonly problem: string | null;
}

type PreviewContext = DraftContext & Pick<RunContext, 'onProgress'>;

/**
 * Drafts of everything the plan would buy, so that a person sees the motion before paying. One after
 * the other (the engine uses every core); a transfer that cannot be drafted is reported, not fatal, and
 * neither is a stop.
 */
export async function renderPreviews(
  context: PreviewContext,
  plan: Plan,
  directory: string,
): Promise<Preview[]> {
  const previews: Preview[] = [];
  try {
    for (const step of plan.steps) {
      if (step.action !== 'generate' || !costsAnew(step) || step.provider === 'draft') continue;
      previews.push(await renderPreview(context, step, directory));
    }
    return previews;
  } finally {
    await removeFetchedAssets(context);
  }
}

async function renderPreview(
  context: PreviewContext,
  step: GenerateStep,
  directory: string,
): Promise<Preview> {
  const startedMs = context.ports.clock.nowMs();
  const report = (note: string) =>
    context.onProgress({
      id: step.id,
      phase: 'drafting',
      elapsedMs: context.ports.clock.nowMs() - startedMs,
      note,
    });
  try {
    throwIfStopped(context.stop);
    const { bytes, videoSeconds, warnings } = await renderDraftTo(
      context,
      step,
      `${directory}/${step.output}`,
      PREVIEW_SHORT_SIDE,
      (done) => report(`${Math.floor(done * 10) * 10} %`),
    );
    return { id: step.id, path: step.output, bytes, videoSeconds, warnings, problem: null };
  } catch (error) {
    return {
      id: step.id,
      path: null,
      bytes: null,
      videoSeconds: null,
      warnings: [],
      problem: messageOf(error),
    };
  }
}
