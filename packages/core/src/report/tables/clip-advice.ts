import { CLIP_ADVICE } from '../../model/advice/clip-advice.ts';
import { ownSteps } from '../../model/owed-by-base.ts';
import { costsAnew, type Plan } from '../../model/plan.ts';

/** What a clip needs, once for all that is about to be bought for the first time. */
export function renderClipAdvice(plan: Plan): string[] {
  const isAsked = ownSteps(plan).some(
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
