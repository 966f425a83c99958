import type { Step } from '../../model/plan.ts';
import type { GalleryEntry } from './clips.ts';

/** Shape of the frames of a row, so that nothing moves when the clips appear; a guess where no facts are known. */
export type FrameShape = 'tall' | 'square' | 'wide';

/** What only the gallery has room for. */
export interface GalleryDetails {
  readonly orientation: string | null;
  readonly take: number | null;
  readonly prompt: string | null;
  readonly shape: FrameShape;
}

export function describeDetails(step: Step | null): GalleryDetails {
  const parameters = step?.parameters ?? null;
  return {
    orientation: parameters?.orientation ?? null,
    take: parameters == null || parameters.take === 1 ? null : parameters.take,
    prompt: parameters?.prompt ?? null,
    shape: shapeOf(step),
  };
}

/** Why there is no draft, and what it warns of. */
export function describeDraft({ draft }: GalleryEntry): string[] {
  if (draft == null) return [];
  return [
    ...(draft.problem == null ? [] : [`No draft: ${draft.problem}`]),
    ...draft.warnings.map((warning) => `Draft: ${warning}`),
  ];
}

function shapeOf(step: Step | null): FrameShape {
  if (step?.action !== 'generate') return 'wide';
  const aspect = step.facts.motion.width / step.facts.motion.height;
  if (aspect < 0.85) return 'tall';
  return aspect > 1.2 ? 'wide' : 'square';
}
