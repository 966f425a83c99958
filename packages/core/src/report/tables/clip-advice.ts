import { CLIP_ADVICE } from '../../model/advice/clip-advice.ts';
import { costsAnew, type Plan } from '../../model/plan.ts';

/** What a clip needs, once for all that is about to be bought for the first time. */
export function renderClipAdvice({ steps }: Plan): string[] {
  const isAsked = steps.some(
    (step) =>
      step.action === 'generate' &&
      costsAnew(step) &&
      step.provider !== 'draft' &&
      step.reasons.some(({ code }) => code === 'new'),
  );
  if (!isAsked) return [];
  return [
    '',
    `<details><summary>What a clip needs</summary>\n\nThe motion follows best what shows ${CLIP_ADVICE}.\n\n</details>`,
  ];
}
