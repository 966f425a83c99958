import type {
  LedgerBackend,
  LedgerVersion,
  SwapOutcome,
} from '../../src/ledger/backends/backend.ts';

/** What is to become of a write: another writer comes first, or nobody hears whether it arrived. */
export type Trouble = 'beforehand' | 'lost' | 'unclear-written' | 'unclear-not-written';

/** A ledger in memory with the semantics that every backend promises. */
export class MemoryLedger implements LedgerBackend {
  readonly kind = 'git';
  readonly label = 'branch ledger';
  version: LedgerVersion = { tip: null, files: new Map() };
  readonly messages: string[] = [];
  /** Paths of every write, in order. */
  readonly written: string[][] = [];
  /** Of the next writes, in order; afterwards they all succeed. */
  troubles: Trouble[] = [];
  /** The other writer of `beforehand`. */
  comeFirst: () => Promise<void> = async () => {};
  isClosed = false;

  async read(): Promise<LedgerVersion> {
    return this.version;
  }

  async swap(
    base: LedgerVersion,
    changes: ReadonlyMap<string, string | null>,
    message: string,
  ): Promise<SwapOutcome> {
    const trouble = this.troubles.shift();
    if (trouble === 'beforehand') await this.comeFirst();
    if (trouble === 'lost' || base.tip !== this.version.tip) return { kind: 'lost' };
    if (trouble === 'unclear-not-written') return { kind: 'unclear', message: 'no answer' };
    const files = new Map(this.version.files);
    for (const [path, text] of changes) {
      if (text == null) files.delete(path);
      else files.set(path, text);
    }
    this.messages.push(message);
    this.written.push([...changes.keys()]);
    this.version = { tip: `v${this.messages.length}`, files };
    return trouble === 'unclear-written'
      ? { kind: 'unclear', message: 'the answer was lost' }
      : { kind: 'swapped', version: this.version };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
