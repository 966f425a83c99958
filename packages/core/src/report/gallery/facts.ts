import { LIMITS, type Limits, titleOf } from '../../model/limits.ts';
import { formatUsd, formatUsdRange } from '../../model/money.ts';
import type { Report } from '../report.ts';
import type { GalleryFact } from './model.ts';

/** The whole run or plan in a few words. */
export function describeHeadline({ plan, results, totals }: Report): string {
  const { counts } = totals;
  const made = counts.generated + counts.copied + counts.collected;
  const parts =
    results == null
      ? ([
          [plan.totals.generateCount, 'to generate'],
          [plan.totals.reuseCount, 'reused'],
          [plan.totals.blockedCount, 'blocked'],
        ] as const)
      : ([
          [made, 'generated'],
          [counts.reused, 'reused'],
          [results.length - made - counts.reused, 'not done'],
        ] as const);
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return shown.length > 0 ? shown.join(', ') : 'Nothing to do';
}

export function describeFacts(report: Report): GalleryFact[] {
  return [
    ...describeMoney(report),
    { label: 'Limits', value: describeLimits(report.plan.limits) },
    ...(report.plan.configFile == null ? [] : [{ label: 'Config', value: report.plan.configFile }]),
    ...(report.plan.commit == null
      ? []
      : [{ label: 'Commit', value: report.plan.commit.slice(0, 10) }]),
  ];
}

function describeMoney({ results, totals }: Report): GalleryFact[] {
  const estimate = formatUsdRange(totals.estimatedLowMicroUsd, totals.estimatedHighMicroUsd);
  if (results == null) return [{ label: 'Price', value: `${estimate} (estimate)` }];
  const certainty =
    totals.chargedMicroUsd === 0
      ? ''
      : totals.chargedIsReported
        ? ' (charged)'
        : ' (at least partly estimated)';
  return [
    { label: 'Spent', value: `${formatUsd(totals.chargedMicroUsd)}${certainty}` },
    ...(totals.heldMicroUsd > 0 ? [{ label: 'Held', value: formatUsd(totals.heldMicroUsd) }] : []),
    { label: 'Planned', value: estimate },
  ];
}

function describeLimits(limits: Limits): string {
  const shown = LIMITS.flatMap((limit) => {
    const microUsd = limits[limit.field];
    return microUsd == null ? [] : [`${formatUsd(microUsd)} ${titleOf(limit)}`];
  });
  return shown.length > 0 ? shown.join(', ') : 'none';
}
