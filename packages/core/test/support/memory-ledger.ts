import type { LedgerBackend, LedgerVersion, SwapOutcome } from '../../src/record/ledger-backend.ts';

/** What is to become of a write, in order; afterwards they all succeed. */
export type Trouble = 'unclear-written' | 'unclear-not-written' | 'beforehand';

/** A ledger in memory with the semantics that every backend promises. */
export class MemoryLedger implements LedgerBackend {
  readonly kind = 'file';
  readonly place = 'the ledger of the tests';
  version: LedgerVersion = { tip: null, files: new Map() };
  readonly messages: string[] = [];
  readonly troubles: Trouble[] = [];
  /** Another writer that comes first where the trouble says so. */
  comeFirst: () => Promise<void> = async () => {};

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
    if (trouble === 'unclear-not-written') return { kind: 'unclear', message: 'no answer' };
    if (base.tip !== this.version.tip) return { kind: 'lost' };
    const files = new Map(this.version.files);
    for (const [path, text] of changes) {
      if (text == null) files.delete(path);
      else files.set(path, text);
    }
    this.messages.push(message);
    this.version = { tip: String(this.messages.length), files };
    return trouble === 'unclear-written'
      ? { kind: 'unclear', message: 'no answer' }
      : { kind: 'swapped', version: this.version };
  }

  async close(): Promise<void> {}
}
