import { LIMITS, type Limits, titleOf } from '../../model/limits.ts';
import { formatUsd } from '../../model/money.ts';
import type { Headline } from '../headline.ts';
import type { Report } from '../report.ts';

export interface GalleryFact {
  readonly label: string;
  readonly value: string;
}

/** What stands under the headline: money, limits, and what was planned. */
export function describeFacts({ plan }: Report, { money }: Headline): GalleryFact[] {
  return [
    ...money.map(({ label, figure, note }) => ({
      label,
      value: note == null ? figure : `${figure} (${note})`,
    })),
    { label: 'Limits', value: describeLimits(plan.limits) },
    ...(plan.configFile == null ? [] : [{ label: 'Config', value: plan.configFile }]),
    ...(plan.commit == null ? [] : [{ label: 'Commit', value: plan.commit.slice(0, 10) }]),
  ];
}

function describeLimits(limits: Limits): string {
  const shown = LIMITS.flatMap((limit) => {
    const microUsd = limits[limit.field];
    return microUsd == null ? [] : [`${formatUsd(microUsd)} ${titleOf(limit)}`];
  });
  return shown.length > 0 ? shown.join(', ') : 'none';
}
