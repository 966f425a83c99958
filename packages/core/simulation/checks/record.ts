import type { LedgerVersion } from '../../src/ledger/backends/backend.ts';
import type { ParsedLedger } from '../../src/ledger/files/files.ts';
import type { Purchase, Purchases } from '../../src/model/purchase/purchase.ts';
import type { Core } from '../core.ts';
import type { FakeDisk } from '../fake-disk.ts';
import type { Companies } from '../provider.ts';
import type { Violate } from './invariants.ts';

/** What is on record, read as it is written: in the ledger of all, or in the only checkout's journal. */
export class RecordWatch {
  /** Accepted jobs whose handle was durable somewhere that outlives its process: `job id`. */
  readonly handles = new Set<string>();
  /** Intents that were announced when buying was frozen already: operation ids. */
  readonly frozenIntents = new Set<string>();
  private readonly core: Core;
  private readonly companies: Companies;
  private readonly isShared: boolean;
  private readonly violate: Violate;
  /** After each change of what is on record. */
  private readonly onChange: () => void;
  private parsed: ParsedLedger;
  private local: Map<string, Purchase> = new Map();

  constructor(
    core: Core,
    options: {
      readonly companies: Companies;
      readonly isShared: boolean;
      readonly violate: Violate;
      readonly onChange: () => void;
    },
  ) {
    this.core = core;
    this.companies = options.companies;
    this.isShared = options.isShared;
    this.violate = options.violate;
    this.onChange = options.onChange;
    this.parsed = core.emptyLedger;
  }

  get isFrozen(): boolean {
    return this.parsed.freeze != null;
  }

  get purchases(): Purchases {
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
      this.onChange();
    };
    disk.onReplace = (replaced) => {
      if (replaced !== path || this.isShared) return;
      const lines = this.core.parseJournal(disk.text(path) ?? '', path);
      this.local = new Map(this.core.foldJournal(lines));
      this.onChange();
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
    this.onChange();
  }

  /** What the write that is seen now has announced, in a ledger that says that nothing is to be bought. */
  private noteFrozen(before: Purchases): void {
    for (const purchase of this.parsed.purchases.values()) {
      const id = intentOf(purchase);
      const known = before.get(purchase.fingerprint);
      if (id != null && id !== (known == null ? null : intentOf(known))) this.frozenIntents.add(id);
    }
  }
}

/** The announcement that was made last. */
export function intentOf({ history }: Purchase): string | null {
  return history.findLast(({ type }) => type === 'submit')?.id ?? null;
}
