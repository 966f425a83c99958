import type {
  LedgerBackend,
  LedgerChange,
  LedgerVersion,
  SwapOutcome,
  WantedChanges,
} from '../../src/ledger/backends/backend.ts';

/** What is to become of a write: another writer comes first, or nobody hears whether it arrived. */
export type Trouble = 'beforehand' | 'lost' | 'unclear-written' | 'unclear-not-written';

/** A ledger in memory with the semantics that every backend promises. */
export class MemoryLedger implements LedgerBackend {
  readonly kind = 'git';
  readonly label = 'branch ledger';
  readonly versions: LedgerVersion[] = [{ tip: null, files: new Map() }];
  readonly messages: string[] = [];
  /** Paths of every write, in order. */
  readonly written: string[][] = [];
  /** Of the next writes, in order; afterwards they all succeed. */
  troubles: Trouble[] = [];
  /** The other writer of `beforehand`. */
  comeFirst: () => Promise<void> = async () => {};
  isClosed = false;

  get version(): LedgerVersion {
    return this.versions.at(-1) ?? { tip: null, files: new Map() };
  }

  /** As somebody does who may write there, past every rule of ours. */
  set version(version: LedgerVersion) {
    this.versions.push(version);
  }

  async read(): Promise<LedgerVersion> {
    return this.version;
  }

  readonly changes = ({ since }: WantedChanges) => changesBetween(this.versions, since);

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

/** Each version after the newest of `since` compared with the one before it. */
export async function* changesBetween(
  versions: readonly LedgerVersion[],
  since: readonly string[],
): AsyncGenerator<LedgerChange> {
  const first = Math.max(
    0,
    versions.findLastIndex(({ tip }) => tip != null && since.includes(tip)),
  );
  for (const [index, { tip, files }] of versions.entries()) {
    const earlier = versions[index - 1];
    if (index <= first || earlier == null) continue;
    yield { version: tip ?? 'empty', before: earlier.files, after: files };
  }
}
