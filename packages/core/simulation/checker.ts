import type { LedgerVersion } from '../src/ledger/backends/backend.ts';
import type { ParsedLedger } from '../src/ledger/files/files.ts';
import type { Limits } from '../src/model/limits.ts';
import type { Purchase, Purchases } from '../src/model/purchase/purchase.ts';
import type { TransferResult } from '../src/model/results.ts';
import type { Core } from './core.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { FakeGitHub } from './fake-github.ts';
import { sha256Of } from './film.ts';
import type { Process } from './process.ts';
import { type BilledJob, billOf, type Companies } from './provider.ts';
import type { World } from './world.ts';

/** What must hold in every history, by name. */
export type Invariant =
  | 'bought twice'
  | 'bought at two companies'
  | 'output lost'
  | 'over a limit'
  | 'ledger below the bill'
  | 'sent before it was announced'
  | 'not understandable'
  | 'ledger unreadable'
  | 'counted twice'
  | 'retried too often'
  | 'announced while paused'
  | 'bought by a wrong clock'
  | 'bought while frozen';

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}

/** More than the core tolerates. */
const WRONG_CLOCK_MS = 6 * 60_000;

/** Words for records that somebody changed by hand, which nobody does here. */
const MISLEADING = /cannot happen to a transfer|does not begin with|is about purchase|by hand or/;

/** An account that was told to wait, by the clock of the process that was told. */
interface Pause {
  readonly process: Process;
  readonly provider: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Charged {
  readonly job: BilledJob;
  readonly key: string;
  readonly month: string;
  readonly purchase: number;
}

/** Watches a history from outside: the provider's bill on one side, what is on record on the other. */
export class Checker {
  readonly violations: Violation[] = [];
  private readonly world: World;
  private readonly core: Core;
  private readonly companies: Companies;
  private readonly limits: Limits;
  private readonly isShared: boolean;
  private readonly hasArtifacts: boolean;
  private readonly hasOutsideClock: boolean;
  private readonly charged: Charged[] = [];
  private readonly refusals = new Map<string, number>();
  private readonly pauses: Pause[] = [];
  private readonly reportedMicroUsd = new Map<string, number>();
  /** Accepted jobs whose handle was durable somewhere that outlives its process: `job id`. */
  private readonly handles = new Set<string>();
  /** Intents that were announced when buying was frozen already: operation ids. */
  private readonly frozenIntents = new Set<string>();
  private parsed: ParsedLedger;
  private local: Map<string, Purchase> = new Map();

  constructor(
    world: World,
    core: Core,
    options: {
      readonly companies: Companies;
      readonly limits: Limits;
      readonly isShared: boolean;
      readonly hasArtifacts: boolean;
      /** Somebody could be asked for the time before anything was bought. */
      readonly hasOutsideClock: boolean;
    },
  ) {
    this.world = world;
    this.core = core;
    this.companies = options.companies;
    this.limits = options.limits;
    this.isShared = options.isShared;
    this.hasArtifacts = options.hasArtifacts;
    this.hasOutsideClock = options.hasOutsideClock;
    this.parsed = core.emptyLedger;
  }

  violate(invariant: Invariant, message: string): void {
    this.world.tell(() => `VIOLATED: ${invariant}: ${message}`);
    this.violations.push({ invariant, message });
  }

  get isFrozen(): boolean {
    return this.parsed.freeze != null;
  }

  /** What is on record for all, or in the only checkout. */
  get journal(): Purchases {
    return this.isShared ? this.parsed.purchases : this.local;
  }

  /** The only record is this disk's journal. */
  watchJournal(disk: FakeDisk, path: string): void {
    disk.onAppend = (appended, line) => {
      if (appended !== path) return;
      this.noteHandle(line);
      if (this.isShared) return;
      try {
        const [event] = this.core.parseJournal(`${line}\n`, path);
        if (event == null || event.type === 'base') return;
        this.local.set(
          event.fingerprint,
          this.core.applyEvent(this.local.get(event.fingerprint) ?? null, event),
        );
      } catch (error) {
        this.violate('ledger unreadable', String(error));
      }
      this.checkBill();
    };
    disk.onReplace = (replaced) => {
      if (replaced !== path || this.isShared) return;
      const lines = this.core.parseJournal(disk.text(path) ?? '', path);
      this.local = new Map(this.core.foldJournal(lines));
      this.checkBill();
    };
  }

  private noteHandle(text: string): void {
    if (!text.includes('"type":"accept"')) return;
    for (const { id } of this.companies.jobs) {
      if (text.includes(`"${id}"`)) this.handles.add(id);
    }
  }

  ledgerWritten(version: LedgerVersion): void {
    const before = this.parsed.purchases;
    try {
      this.parsed = this.core.parseLedger(version.files, this.parsed, 'the simulated ledger');
    } catch (error) {
      this.violate('ledger unreadable', String(error));
      return;
    }
    if (this.parsed.freeze != null) this.noteFrozen(before);
    this.checkBill();
  }

  /** What the write that is seen now has announced, in a ledger that says that nothing is to be bought. */
  private noteFrozen(before: Purchases): void {
    for (const purchase of this.parsed.purchases.values()) {
      const id = intentOf(purchase);
      const known = before.get(purchase.fingerprint);
      if (id != null && id !== (known == null ? null : intentOf(known))) this.frozenIntents.add(id);
    }
  }

  accepted(job: BilledJob, key: string | undefined): void {
    const purchase = key == null ? undefined : this.journal.get(key);
    const { runId, attempt, job: name } = job.by.identity;
    const isAnnounced =
      purchase != null &&
      ['submitting', 'unknown'].includes(purchase.state) &&
      purchase.holder.runId === runId &&
      purchase.holder.attempt === attempt &&
      purchase.holder.job === name;
    if (!isAnnounced) {
      this.violate(
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
    if (intent != null && this.frozenIntents.has(intent))
      this.violate('bought while frozen', `${job.order.content} was announced after the freeze`);
    this.checkTwice(job);
    this.checkCompanies(job);
    this.checkLimits(job);
    this.checkBill();
  }

  private checkClock({ order, by }: BilledJob): void {
    const { clockOffsetMs, identity } = by;
    if (!this.hasOutsideClock || Math.abs(clockOffsetMs) <= WRONG_CLOCK_MS) return;
    this.violate(
      'bought by a wrong clock',
      `${order.content} by ${identity.name}, whose clock is ${clockOffsetMs} ms off`,
    );
  }

  private checkTwice({ order }: BilledJob): void {
    const kept = this.companies.jobs.filter(
      (job) =>
        job.order.content === order.content &&
        !(job.refundedAtMs != null && this.world.nowMs >= job.refundedAtMs),
    );
    if (kept.length <= 1) return;
    this.violate('bought twice', `${order.content}: ${kept.map(({ id }) => id).join(', ')}`);
  }

  /** Who asks one company after another asks for one video. */
  private checkCompanies({ order }: BilledJob): void {
    const kept = this.companies.jobs.filter(
      (job) =>
        job.order.transfer === order.transfer &&
        !(job.refundedAtMs != null && this.world.nowMs >= job.refundedAtMs),
    );
    if (new Set(kept.map((job) => job.order.provider)).size <= 1) return;
    this.violate(
      'bought at two companies',
      `${order.transfer}: ${kept.map(({ id }) => id).join(', ')}`,
    );
  }

  private checkLimits(job: BilledJob): void {
    const { limits } = this;
    const own = this.charged.at(-1);
    const { runId, pullRequest } = job.by.identity;
    const check = (name: string, limit: number | null, of: (charged: Charged) => boolean) => {
      if (limit == null) return;
      const bill = this.charged.filter(of).reduce((sum, charged) => sum + this.capped(charged), 0);
      if (bill > limit) this.violate('over a limit', `${name}: ${bill} of ${limit} are spent`);
    };
    check('per-transfer', limits.perTransferMicroUsd, (charged) => charged.job === job);
    check('per-run', limits.perRunMicroUsd, (charged) => charged.job.by.identity.runId === runId);
    if (!this.isShared) return;
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
    return Math.min(billOf(job, this.world.nowMs), job.order.highMicroUsd);
  }

  /** At every moment, in every scope, the record says at least what the bill says. */
  private checkBill(): void {
    if (this.charged.length === 0) return;
    const recorded = new Map<string, number>();
    const add = (name: string, microUsd: number) =>
      recorded.set(name, (recorded.get(name) ?? 0) + microUsd);
    for (const item of this.core.listSpending(this.journal.values())) {
      add('all', item.microUsd);
      add(`run ${item.runId}`, item.microUsd);
      add(`pull request ${item.pullRequest}`, item.microUsd);
      add(`month ${item.month}`, item.microUsd);
    }
    const billed = new Map<string, number>();
    for (const charged of this.charged) {
      const bill = this.capped(charged);
      const { runId, pullRequest } = charged.job.by.identity;
      for (const name of [
        'all',
        `run ${runId}`,
        `pull request ${pullRequest}`,
        `month ${charged.month}`,
      ]) {
        billed.set(name, (billed.get(name) ?? 0) + bill);
      }
    }
    for (const [name, bill] of billed) {
      const known = recorded.get(name) ?? 0;
      if (known >= bill) continue;
      this.violate('ledger below the bill', `${name}: ${known} on record, ${bill} on the bill`);
      return;
    }
  }

  /** A process hears that its account has to wait. */
  paused(process: Process, provider: string, forMs: number): void {
    const fromMs = process.nowMs();
    this.pauses.push({ process, provider, fromMs, untilMs: fromMs + forMs });
  }

  /** A process writes into its journal, by provider of what is bought. */
  wrote(process: Process, line: string, providerOf: (key: string) => string | undefined): void {
    if (!line.includes('"type":"submit"')) return;
    const [event] = this.core.parseJournal(`${line}\n`, 'the journal');
    if (event?.type !== 'submit') return;
    const provider = providerOf(event.fingerprint);
    const pause = this.pauses.find(
      (each) =>
        each.process === process &&
        each.provider === provider &&
        each.fromMs < event.atMs &&
        event.atMs < each.untilMs,
    );
    if (pause == null) return;
    this.violate(
      'announced while paused',
      `${process.identity.name} announced a purchase at ${provider} ${pause.untilMs - event.atMs} ms before its pause was over`,
    );
  }

  refused(content: string): void {
    this.refusals.set(content, (this.refusals.get(content) ?? 0) + 1);
  }

  warned(process: Process, message: string): void {
    if (/\n\s+at /.test(message))
      this.violate('not understandable', `${process.identity.name}: ${message}`);
  }

  /** A process came to its end by itself. */
  ended(process: Process, error: unknown): void {
    if (error == null) return;
    const { name, runId } = process.identity;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!(error instanceof this.core.MotionTransferError))
      this.violate('not understandable', `${name} threw ${text}`);
    else if (MISLEADING.test(error.message))
      this.violate('not understandable', `${name} ended with ${error.message}`);
    else if (runId.startsWith('quiet'))
      this.violate('not understandable', `${name} had no trouble, but ended with ${error.message}`);
  }

  /** What a run said of its steps, in the end. */
  reported(process: Process, results: readonly TransferResult[]): void {
    for (const { id, state, message, fingerprint, charge } of results) {
      const needsWords = ['failed', 'unknown', 'in-progress', 'not-started', 'blocked'];
      if (needsWords.includes(state) && (message ?? '') === '')
        this.violate(
          'not understandable',
          `${process.identity.name}: ${id} is ${state}, unsaid why`,
        );
      if (MISLEADING.test(message ?? '') || this.waitsForItself(process, fingerprint, message))
        this.violate('not understandable', `${process.identity.name}: ${id}: ${message}`);
      if (fingerprint == null || !['generated', 'collected'].includes(state)) continue;
      const before = this.reportedMicroUsd.get(fingerprint) ?? 0;
      this.reportedMicroUsd.set(fingerprint, before + (charge?.microUsd ?? 0));
    }
  }

  private waitsForItself(
    process: Process,
    fingerprint: string | null,
    message: string | null,
  ): boolean {
    const purchase = this.journal.get(fingerprint ?? '');
    if (purchase == null || !/ is buying it/.test(message ?? '')) return false;
    const { runId, attempt, job } = process.identity;
    const { holder } = purchase;
    return holder.runId === runId && holder.attempt === attempt && holder.job === job;
  }

  /** After everything came to rest. `places` holds the bytes of every workspace, by path. */
  atRest(github: FakeGitHub, disks: readonly FakeDisk[], isQuietForGood: boolean): void {
    for (const process of github.processes) {
      if (process.isAlive)
        this.violate('not understandable', `${process.identity.name} never came to its end`);
    }
    for (const purchase of this.journal.values()) this.checkEntry(purchase, isQuietForGood);
    for (const charged of this.charged) {
      const { order, id } = charged.job;
      const loss = this.findLoss(charged, github, disks);
      if (loss != null) this.violate('output lost', `${order.content}, ${id}: ${loss}`);
    }
    this.checkRetries();
    for (const [key, reported] of this.reportedMicroUsd) {
      const entry = this.journal.get(key);
      const known = entry == null ? 0 : costWithEarlier(this.core, entry);
      if (reported > known)
        this.violate(
          'counted twice',
          `${key.slice(0, 8)}: ${reported} reported, ${known} on record`,
        );
    }
  }

  private checkEntry(purchase: Purchase, isQuietForGood: boolean): void {
    const name = `${purchase.transferId} (${purchase.fingerprint.slice(0, 8)})`;
    const isStuck =
      ['reserved', 'submitting'].includes(purchase.state) ||
      (this.core.isCollectable(purchase.state) && !this.isUncollectable(purchase));
    if (isStuck && isQuietForGood)
      this.violate('not understandable', `${name} is still ${purchase.state} after quiet runs`);
    const needsWords = ['unknown', 'stale', 'released', 'failed-charged', 'failed-refunded'];
    if (needsWords.includes(purchase.state) && (purchase.message ?? '') === '')
      this.violate('not understandable', `${name} is ${purchase.state}, unsaid why`);
  }

  /** Its company never serves it whole. */
  private isUncollectable({ fingerprint }: Purchase): boolean {
    return this.charged.some(
      (charged) => charged.key === fingerprint && charged.job.fate === 'damaged',
    );
  }

  /** What became of a film that was paid for, if nobody can have it and nobody is notified. */
  private findLoss(
    { job, key, purchase }: Charged,
    github: FakeGitHub,
    disks: readonly FakeDisk[],
  ): string | null {
    if (job.isCancelled) return null;
    if (job.fate !== 'made' && job.fate !== 'damaged-at-first') return null;
    const entry = this.journal.get(key);
    if (entry == null) return 'nothing is on record';
    // Deliberately bought anew since then.
    if (entry.round > purchase && entry.settled.some((one) => one.round === purchase)) return null;
    if (this.core.isCollectable(entry.state) || entry.state === 'submitting') return null;
    switch (entry.state) {
      case 'unknown':
        if (this.handles.has(job.id)) return 'its handle was kept, but it is unknown';
        return job.order.provider === 'listing' ? 'its company lists it, but it is unknown' : null;
      case 'written-off':
        return null;
      case 'recorded': {
        this.world.counts.delivered += 1;
        if (entry.download?.sha256 !== job.film.sha256) return 'other bytes are on record';
        const { archive } = entry;
        const isKept =
          archive == null
            ? // Where videos are uploaded, a machine's disk goes with it.
              !this.hasArtifacts && disks.some((disk) => disk.delivered.has(job.film.sha256))
            : holds(
                github.artifacts.get(archive.artifactId)?.files.values() ?? [],
                job.film.sha256,
              );
        return isKept ? null : 'it is recorded, but its bytes were not kept';
      }
      default:
        return `it is ${entry.state}`;
    }
  }

  /** Three failures that cost nothing, and one more for every time the key was settled otherwise. */
  private checkRetries(): void {
    const failures = new Map(this.refusals);
    for (const { order, fate } of this.companies.jobs) {
      if (fate === 'failed-refunded')
        failures.set(order.content, (failures.get(order.content) ?? 0) + 1);
    }
    for (const [content, count] of failures) {
      if (content.includes('listing') || this.isWrittenOff) continue;
      if (count > 3) this.violate('retried too often', `${content} failed ${count} times`);
    }
  }

  /** A person said that something was free: it may be tried again. */
  isWrittenOff = false;
}

/** The announcement that was made last. */
function intentOf({ history }: Purchase): string | null {
  return history.findLast(({ type }) => type === 'submit')?.id ?? null;
}

function costWithEarlier(core: Core, purchase: Purchase): number {
  return core.costOf(purchase) + purchase.settled.reduce((sum, { microUsd }) => sum + microUsd, 0);
}

function holds(files: Iterable<Uint8Array>, sha256: string): boolean {
  for (const bytes of files) if (sha256Of(bytes) === sha256) return true;
  return false;
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
