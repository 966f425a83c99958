import type { Purchase, Purchases } from '../../src/model/purchase/purchase.ts';
import type { TransferResult } from '../../src/model/results.ts';
import type { Core } from '../core.ts';
import type { Process } from '../process.ts';
import type { Violate } from './invariants.ts';

/** Words for records that somebody changed by hand, which nobody does here. */
const MISLEADING = /cannot happen to a transfer|does not begin with|is about purchase|by hand or/;

/** What processes say: reasons where something did not work, no riddles, and no money twice. */
export class ReportCheck {
  private readonly core: Core;
  private readonly purchases: () => Purchases;
  private readonly violate: Violate;
  private readonly reportedMicroUsd = new Map<string, number>();

  constructor(core: Core, purchases: () => Purchases, violate: Violate) {
    this.core = core;
    this.purchases = purchases;
    this.violate = violate;
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
    const purchase = this.purchases().get(fingerprint ?? '');
    if (purchase == null || !/ is buying it/.test(message ?? '')) return false;
    const { runId, attempt, job } = process.identity;
    const { holder } = purchase;
    return holder.runId === runId && holder.attempt === attempt && holder.job === job;
  }

  /** In the end: all that runs said they charged is on record. */
  checkSums(): void {
    for (const [key, reported] of this.reportedMicroUsd) {
      const entry = this.purchases().get(key);
      const known = entry == null ? 0 : costWithEarlier(this.core, entry);
      if (reported > known)
        this.violate(
          'counted twice',
          `${key.slice(0, 8)}: ${reported} reported, ${known} on record`,
        );
    }
  }
}

function costWithEarlier(core: Core, purchase: Purchase): number {
  return core.costOf(purchase) + purchase.settled.reduce((sum, { microUsd }) => sum + microUsd, 0);
}
