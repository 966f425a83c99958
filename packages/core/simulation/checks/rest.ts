import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { Core } from '../core.ts';
import type { FakeDisk } from '../fake-disk.ts';
import type { FakeGitHub } from '../fake-github.ts';
import { sha256Of } from '../film.ts';
import type { Companies } from '../provider.ts';
import type { World } from '../world.ts';
import type { Charged } from './bill.ts';
import type { Violate } from './invariants.ts';
import type { RecordWatch } from './record.ts';

interface RestOptions {
  readonly world: World;
  readonly core: Core;
  readonly companies: Companies;
  readonly record: RecordWatch;
  readonly charged: readonly Charged[];
  readonly violate: Violate;
  readonly hasArtifacts: boolean;
}

/** After everything came to rest: nothing hangs, nothing that was paid for is lost, nothing was tried too often. */
export class RestCheck {
  private readonly options: RestOptions;
  private readonly refusals = new Map<string, number>();
  /** A person said that something was free: it may be tried again. */
  isWrittenOff = false;

  constructor(options: RestOptions) {
    this.options = options;
  }

  refused(content: string): void {
    this.refusals.set(content, (this.refusals.get(content) ?? 0) + 1);
  }

  /** `disks` holds the bytes of every workspace, by path. */
  check(github: FakeGitHub, disks: readonly FakeDisk[], isQuietForGood: boolean): void {
    const { record, charged, violate } = this.options;
    for (const process of github.processes) {
      if (process.isAlive)
        violate('not understandable', `${process.identity.name} never came to its end`);
    }
    for (const purchase of record.purchases.values()) this.checkEntry(purchase, isQuietForGood);
    for (const one of charged) {
      const { order, id } = one.job;
      const loss = this.findLoss(one, github, disks);
      if (loss != null) violate('output lost', `${order.content}, ${id}: ${loss}`);
    }
    this.checkRetries();
  }

  private checkEntry(purchase: Purchase, isQuietForGood: boolean): void {
    const { core, violate } = this.options;
    const name = `${purchase.transferId} (${purchase.fingerprint.slice(0, 8)})`;
    const isStuck =
      ['reserved', 'submitting'].includes(purchase.state) ||
      (core.isCollectable(purchase.state) && !this.isUncollectable(purchase));
    if (isStuck && isQuietForGood)
      violate('not understandable', `${name} is still ${purchase.state} after quiet runs`);
    const needsWords = ['unknown', 'stale', 'released', 'failed-charged', 'failed-refunded'];
    if (needsWords.includes(purchase.state) && (purchase.message ?? '') === '')
      violate('not understandable', `${name} is ${purchase.state}, unsaid why`);
  }

  /** Its company never serves it whole. */
  private isUncollectable({ fingerprint }: Purchase): boolean {
    return this.options.charged.some(
      ({ key, job }) => key === fingerprint && job.fate === 'damaged',
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
    const { core, record } = this.options;
    const entry = record.purchases.get(key);
    if (entry == null) return 'nothing is on record';
    // Deliberately bought anew since then.
    if (entry.round > purchase && entry.settled.some((one) => one.round === purchase)) return null;
    if (core.isCollectable(entry.state) || entry.state === 'submitting') return null;
    switch (entry.state) {
      case 'unknown':
        if (record.handles.has(job.id)) return 'its handle was kept, but it is unknown';
        return job.order.provider === 'listing' ? 'its company lists it, but it is unknown' : null;
      case 'written-off':
        return null;
      case 'recorded': {
        this.options.world.counts.delivered += 1;
        if (entry.download?.sha256 !== job.film.sha256) return 'other bytes are on record';
        const { archive } = entry;
        const isKept =
          archive == null
            ? // Where videos are uploaded, a machine's disk goes with it.
              !this.options.hasArtifacts &&
              disks.some((disk) => disk.delivered.has(job.film.sha256))
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
    for (const { order, fate } of this.options.companies.jobs) {
      if (fate === 'failed-refunded')
        failures.set(order.content, (failures.get(order.content) ?? 0) + 1);
    }
    for (const [content, count] of failures) {
      if (content.includes('listing') || this.isWrittenOff) continue;
      if (count > 3) this.options.violate('retried too often', `${content} failed ${count} times`);
    }
  }
}

function holds(files: Iterable<Uint8Array>, sha256: string): boolean {
  for (const bytes of files) if (sha256Of(bytes) === sha256) return true;
  return false;
}
