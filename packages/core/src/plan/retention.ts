import type { Plan } from '../model/plan.ts';
import type { Provider } from '../providers/adapter.ts';

/** What is kept for less than a day is gone when a nightly reconcile comes for it. */
const SHORT_DAYS = 1;

/** How long a provider keeps a finished video, in words, where that is short; else `null`. */
export function shortRetention({ models }: Provider, model: string): string | null {
  const days = models[model]?.retentionDays.value ?? SHORT_DAYS;
  if (days >= SHORT_DAYS) return null;
  const minutes = Math.max(1, Math.floor(days * 24 * 60));
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** What people should know of providers that throw a paid video away soon: one sentence each. */
export function retentionNotes(
  { steps }: Pick<Plan, 'steps'>,
  providers: readonly Provider[],
): string[] {
  const asked = steps.flatMap((step) =>
    step.action === 'generate' ? [step, ...step.fallbacks] : [],
  );
  return providers.flatMap((provider) => {
    const mine = asked.filter((job) => job.provider === provider.id);
    const kept = mine
      .map(({ model }) => shortRetention(provider, model))
      .find((text) => text != null);
    if (kept == null) return [];
    return [
      `${provider.title} keeps a finished video for ${kept} only: what is not collected by then is paid for and lost. Give the run time to wait for it (timeout-minutes), and where it could not, let command: run or reconcile follow within ${kept}; a nightly one is too late.`,
    ];
  });
}
