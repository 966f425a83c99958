import type { Limits } from '../../src/model/limits.ts';
import type { Core } from '../core.ts';
import { type BilledJob, billOf, type Companies } from '../provider.ts';
import type { World } from '../world.ts';
import type { Violate } from './invariants.ts';
import { intentOf, type RecordWatch } from './record.ts';

/** A job on the bill, and what was on record of it when it was accepted. */
export interface Charged {
  readonly job: BilledJob;
  readonly key: string;
  readonly month: string;
  readonly purchase: number;
}

interface BillOptions {
  readonly world: World;
  readonly core: Core;
  readonly companies: Companies;
  readonly record: RecordWatch;
  readonly violate: Violate;
  readonly limits: Limits;
  readonly isShared: boolean;
  /** Somebody could be asked for the time before anything was bought. */
  readonly hasOutsideClock: boolean;
}

/** More than the core tolerates. */
const WRONG_CLOCK_MS = 6 * 60_000;

/** The provider's bill against what is on record: announced, bought once, within the limits, never below the bill. */
export class BillCheck {
  readonly charged: Charged[] = [];
  private readonly options: BillOptions;

  constructor(options: BillOptions) {
    this.options = options;
  }

  accepted(job: BilledJob, key: string | undefined): void {
    const { record, violate } = this.options;
    const purchase = key == null ? undefined : record.purchases.get(key);
    const { runId, attempt, job: name } = job.by.identity;
    const isAnnounced =
      purchase != null &&
      ['submitting', 'unknown'].includes(purchase.state) &&
      purchase.holder.runId === runId &&
      purchase.holder.attempt === attempt &&
      purchase.holder.job === name;
    if (!isAnnounced) {
      violate(
        'sent before it was announced',
        `${job.order.content} was accepted from ${job.by.identity.name} while it is ${purchase?.state ?? 'not on record'}`,
      );
    }
    this.charged.push({
      job,
      key: key ?? '',
      month: monthOf(purchase?.reservedAtMs ?? job.by.nowMs()),
      purchase: purchase?.round ?? 0,
    });
    this.checkClock(job);
    const intent = purchase == null ? null : intentOf(purchase);
    if (intent != null && record.frozenIntents.has(intent))
      violate('bought while frozen', `${job.order.content} was announced after the freeze`);
    this.checkTwice(job);
    this.checkCompanies(job);
    this.checkLimits(job);
    this.checkRecorded();
  }

  private checkClock({ order, by }: BilledJob): void {
    const { clockOffsetMs, identity } = by;
    if (!this.options.hasOutsideClock || Math.abs(clockOffsetMs) <= WRONG_CLOCK_MS) return;
    this.options.violate(
      'bought by a wrong clock',
      `${order.content} by ${identity.name}, whose clock is ${clockOffsetMs} ms off`,
    );
  }

  private checkTwice({ order }: BilledJob): void {
    const kept = this.keptJobs((job) => job.order.content === order.content);
    if (kept.length <= 1) return;
    this.options.violate('bought twice', `${order.content}: ${idsOf(kept)}`);
  }

  /** Who asks one company after another asks for one video. */
  private checkCompanies({ order }: BilledJob): void {
    const kept = this.keptJobs((job) => job.order.transfer === order.transfer);
    if (new Set(kept.map((job) => job.order.provider)).size <= 1) return;
    this.options.violate('bought at two companies', `${order.transfer}: ${idsOf(kept)}`);
  }

  /** Of these, what is not refunded by now. */
  private keptJobs(isMeant: (job: BilledJob) => boolean): BilledJob[] {
    const { companies, world } = this.options;
    return companies.jobs.filter(
      (job) => isMeant(job) && !(job.refundedAtMs != null && world.nowMs >= job.refundedAtMs),
    );
  }

  private checkLimits(job: BilledJob): void {
    const { limits, isShared, violate } = this.options;
    const own = this.charged.at(-1);
    const { runId, pullRequest } = job.by.identity;
    const check = (name: string, limit: number | null, of: (charged: Charged) => boolean) => {
      if (limit == null) return;
      const bill = this.charged.filter(of).reduce((sum, charged) => sum + this.capped(charged), 0);
      if (bill > limit) violate('over a limit', `${name}: ${bill} of ${limit} are spent`);
    };
    check('per-transfer', limits.perTransferMicroUsd, (charged) => charged.job === job);
    check('per-run', limits.perRunMicroUsd, (charged) => charged.job.by.identity.runId === runId);
    if (!isShared) return;
    if (pullRequest != null) {
      check(
        'per-pull-request',
        limits.perPullRequestMicroUsd,
        (charged) => charged.job.by.identity.pullRequest === pullRequest,
      );
    }
    check('per-month', limits.perMonthMicroUsd, ({ month }) => month === own?.month);
  }

  /** What a company takes beyond the highest price of its own page cannot be known before. */
  private capped({ job }: Charged): number {
    return Math.min(billOf(job, this.options.world.nowMs), job.order.highMicroUsd);
  }

  /** At every moment, in every scope, the record says at least what the bill says. */
  checkRecorded(): void {
    if (this.charged.length === 0) return;
    const { core, record, violate } = this.options;
    const recorded = new Map<string, number>();
    for (const { runId, pullRequest, month, microUsd } of core.listSpending(
      record.purchases.values(),
    ))
      addTo(recorded, scopesOf(runId, pullRequest, month), microUsd);
    const billed = new Map<string, number>();
    for (const charged of this.charged) {
      const { runId, pullRequest } = charged.job.by.identity;
      addTo(billed, scopesOf(runId, pullRequest, charged.month), this.capped(charged));
    }
    for (const [name, bill] of billed) {
      const known = recorded.get(name) ?? 0;
      if (known >= bill) continue;
      violate('ledger below the bill', `${name}: ${known} on record, ${bill} on the bill`);
      return;
    }
  }
}

/** What a sum counts for. */
function scopesOf(runId: string, pullRequest: number | null, month: string): string[] {
  return ['all', `run ${runId}`, `pull request ${pullRequest}`, `month ${month}`];
}

function addTo(sums: Map<string, number>, names: readonly string[], microUsd: number): void {
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + microUsd);
}

function idsOf(jobs: readonly BilledJob[]): string {
  return jobs.map(({ id }) => id).join(', ');
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
