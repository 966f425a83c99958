import { formatUsd, formatUsdRange } from '../model/money.ts';
import { owedTotals, ownSteps, ownTotals } from '../model/owed-by-base.ts';
import type { Plan, PlanTotals } from '../model/plan.ts';
import type { Report } from './report.ts';

/** A sum of money in words: what it is, how much, and how sure that is. */
export interface MoneyFigure {
  readonly label: 'Price' | 'Spent' | 'Held' | 'Planned' | 'Due on the base branch';
  readonly figure: string;
  readonly note: string | null;
}

/** The whole plan or run in a few words; log, summary, comment and gallery lay out the same ones. */
export interface Headline {
  /** `2 generated, 1 not done` */
  readonly counts: string;
  /** `Motion transfer: 2 generated, 1 not done, $0.76 spent` */
  readonly title: string;
  readonly money: readonly MoneyFigure[];
}

export function makeHeadline(report: Report): Headline {
  const { results, totals } = report;
  const counts = describeCounts(report);
  return {
    counts,
    title:
      results == null
        ? `Motion transfer plan: ${counts}`
        : `Motion transfer: ${counts}, ${formatUsd(totals.chargedMicroUsd)} spent`,
    money: listMoney(report),
  };
}

function describeCounts({ plan, results, totals }: Report): string {
  const { generated, copied, collected, reused } = totals.counts;
  const own = ownSteps(plan);
  const made = own.filter((step) => step.action === 'generate');
  const copies = made.filter(({ sameAs }) => sameAs != null).length;
  const resumed = made.filter(({ sameAs, resumes }) => sameAs == null && resumes).length;
  const parts =
    results == null
      ? ([
          [made.length - copies - resumed, 'to generate'],
          [copies, 'to copy'],
          [resumed, 'to collect'],
          [plan.totals.reuseCount, 'reused'],
          [own.filter(({ action }) => action === 'blocked').length, 'blocked'],
          [plan.pullRequest?.removed?.length ?? 0, 'removed'],
        ] as const)
      : ([
          [generated, 'generated'],
          [copied, 'copied'],
          [collected, 'collected'],
          [reused, 'reused'],
          [results.length - generated - copied - collected - reused, 'not done'],
          [totals.warnedCount, 'with warnings'],
        ] as const);
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return shown.length > 0 ? shown.join(', ') : 'nothing to do';
}

function listMoney({ plan, results, totals }: Report): MoneyFigure[] {
  if (results == null)
    return [
      { label: 'Price', figure: rangeOf(ownTotals(plan)), note: 'estimate; a plan buys nothing' },
      ...listOwed(plan),
    ];
  const estimate = formatUsdRange(totals.estimatedLowMicroUsd, totals.estimatedHighMicroUsd);
  const isCharged = results.some(({ charge }) => charge != null);
  const certainty = totals.chargedIsReported
    ? 'reported by the providers'
    : 'at least partly estimated';
  return [
    {
      label: 'Spent',
      figure: formatUsd(totals.chargedMicroUsd),
      note: isCharged ? certainty : null,
    },
    ...(totals.heldMicroUsd > 0
      ? [
          {
            label: 'Held' as const,
            figure: formatUsd(totals.heldMicroUsd),
            note: 'for purchases whose outcome is open',
          },
        ]
      : []),
    { label: 'Planned', figure: estimate, note: null },
  ];
}

function listOwed(plan: Plan): MoneyFigure[] {
  const owed = owedTotals(plan);
  if (owed.generateCount === 0) return [];
  return [
    { label: 'Due on the base branch', figure: rangeOf(owed), note: 'without this pull request' },
  ];
}

function rangeOf({ lowMicroUsd, highMicroUsd }: PlanTotals): string {
  return formatUsdRange(lowMicroUsd, highMicroUsd);
}
