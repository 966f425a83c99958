import { LIMITS, type Limits, titleOf } from '../../model/limits.ts';
import { formatUsd } from '../../model/money.ts';
import type { Headline } from '../headline.ts';
import type { Report } from '../report.ts';
import { commitUrlOf, type GalleryOrigin } from './origin.ts';

export interface GalleryFact {
  readonly label: string;
  readonly value: string;
  readonly url: string | null;
  /** Shown on the smallest screen too; the others are a tap away there. */
  readonly isMain: boolean;
}

/** What stands under the headline: money, limits, and where it was made. */
export function describeFacts(
  report: Report,
  { money }: Headline,
  origin: GalleryOrigin,
): GalleryFact[] {
  return [
    ...money.map(({ label, figure, note }) => ({
      label,
      value: note == null ? figure : `${figure} (${note})`,
      url: null,
      isMain: label !== 'Planned',
    })),
    ...describeOrigin(report, origin).map((fact) => ({ ...fact, isMain: false })),
  ];
}

function describeOrigin(report: Report, origin: GalleryOrigin): Omit<GalleryFact, 'isMain'>[] {
  const { plan } = report;
  const { repository, pullRequest, run, madeAtMs } = origin;
  const facts = [
    { label: 'Limits', value: describeLimits(plan.limits), url: null },
    repository && { label: 'Repository', value: repository.name, url: repository.url },
    pullRequest == null
      ? null
      : {
          label: 'Pull request',
          value: `#${pullRequest}`,
          url: repository == null ? null : `${repository.url}/pull/${pullRequest}`,
        },
    plan.commit == null
      ? null
      : { label: 'Commit', value: plan.commit.slice(0, 10), url: commitUrlOf(report, origin) },
    run && { label: 'Run', value: describeRun(run), url: run.url },
    plan.configFile == null ? null : { label: 'Config', value: plan.configFile, url: null },
    { label: 'Made', value: formatTime(madeAtMs), url: null },
  ];
  return facts.filter((fact) => fact != null);
}

function describeRun({ id, attempt }: { readonly id: string; readonly attempt: number }): string {
  return attempt > 1 ? `${id}, attempt ${attempt}` : id;
}

/** `2026-11-30 23:52 UTC` */
function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function describeLimits(limits: Limits): string {
  const shown = LIMITS.flatMap((limit) => {
    const microUsd = limits[limit.field];
    return microUsd == null ? [] : [`${formatUsd(microUsd)} ${titleOf(limit)}`];
  });
  return shown.length > 0 ? shown.join(', ') : 'none';
}
