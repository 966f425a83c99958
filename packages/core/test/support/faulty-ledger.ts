import type { LedgerBackend, LedgerVersion, SwapOutcome } from '../../src/record/ledger-backend.ts';

type Fault = 'lost' | 'unclear' | 'unheard';

/** A shared place in memory, replaced as a whole by whoever saw its newest version. */
export class FaultyLedger implements LedgerBackend {
  readonly kind = 'git';
  readonly place = 'branch ledger';
  version: LedgerVersion = { tip: null, files: new Map() };
  readonly messages: string[] = [];
  /** Paths of every write, in order. */
  readonly written: string[][] = [];
  /** What goes wrong with the next writes; `unheard` is written, but nobody hears of it. */
  faults: Fault[] = [];
  isClosed = false;

  async read(): Promise<LedgerVersion> {
    return this.version;
  }

  async swap(
    base: LedgerVersion,
    changes: ReadonlyMap<string, string | null>,
    message: string,
  ): Promise<SwapOutcome> {
    const fault = this.faults.shift();
    if (fault === 'lost' || base.tip !== this.version.tip) return { kind: 'lost' };
    if (fault === 'unclear') return { kind: 'unclear', message: 'no answer' };
    this.messages.push(message);
    this.written.push([...changes.keys()]);
    const files = new Map(this.version.files);
    for (const [path, text] of changes) {
      if (text == null) files.delete(path);
      else files.set(path, text);
    }
    this.version = { tip: `v${this.messages.length}`, files };
    if (fault === 'unheard') return { kind: 'unclear', message: 'the answer was lost' };
    return { kind: 'swapped', version: this.version };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
