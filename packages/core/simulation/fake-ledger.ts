import type {
  LedgerBackend,
  LedgerChange,
  LedgerVersion,
  SwapOutcome,
} from '../src/ledger/backends/backend.ts';
import type { Freeze } from '../src/ledger/freeze.ts';
import type { Purchases } from '../src/model/purchase/purchase.ts';
import type { Core } from './core.ts';
import type { Answer, Process } from './process.ts';
import type { World } from './world.ts';

const OUTAGE_PATIENCE_MS = 60_000;

/** Where the shared ledger lies: replaced as a whole by whoever saw its newest version. */
export class FakeLedger {
  readonly label = 'the simulated ledger';
  version: LedgerVersion = { tip: null, files: new Map() };
  /** All before it, oldest first. */
  private readonly earlier: LedgerVersion[] = [];
  onWrite: (version: LedgerVersion) => void = () => {};
  /** From and to, in the world's time. */
  outages: readonly (readonly [number, number])[] = [];
  faultRate = 0;
  private isTampered = false;
  private writes = 0;
  private readonly world: World;
  private readonly core: Core;

  constructor(world: World, core: Core) {
    this.world = world;
    this.core = core;
  }

  backendFor(process: Process): LedgerBackend {
    return {
      kind: 'git',
      label: this.label,
      read: (signal) =>
        process.remote({
          latencyMs: this.latency(),
          signal,
          arrivesAnyway: () => false,
          arrive: () => this.failure() ?? { afterMs: 0, value: this.version },
        }),
      changes: ({ since }) => this.changesSince(since),
      swap: (base, changes, message, signal) =>
        process.remote({
          latencyMs: this.latency(),
          signal,
          arrivesAnyway: () => this.world.random.chance(0.5),
          arrive: () => this.failure() ?? this.swap(process, base, changes, message),
        }),
      readClock: async () => process.readClock('the server of the ledger'),
      close: async () => {},
    };
  }

  /** A person freezes all buying, or allows it again; the next writer sees it. */
  setFreeze(freeze: Freeze | null): void {
    const { core, label } = this;
    const parsed = core.parseLedger(this.version.files, core.emptyLedger, label);
    const files = new Map(this.version.files);
    for (const [path, text] of core.freezeChanges(parsed, freeze, label)) {
      if (text == null) files.delete(path);
      else files.set(path, text);
    }
    this.writes += 1;
    this.replace({ tip: `v${this.writes}`, files });
    this.world.tell(() => `buying is ${freeze == null ? 'allowed again' : 'FROZEN'}`);
    this.onWrite(this.version);
  }

  /** What a lockfile that was committed early names. */
  get vouched(): readonly string[] {
    const [, first] = [...this.earlier, this.version];
    return this.isTampered && first?.tip != null ? [first.tip] : [];
  }

  /**
   * Somebody who may push takes a purchase off the record, totals and all, by an ordinary commit, and puts it
   * back later: in between nothing may be bought.
   */
  tamper(fromMs: number, toMs: number): void {
    this.isTampered = true;
    const { world, core } = this;
    world.schedule(fromMs, () => {
      const sound = this.version;
      const { purchases } = core.parseLedger(sound.files, core.emptyLedger, this.label);
      const lost = [...purchases.values()].find(({ state }) => state === 'recorded');
      if (lost == null) return true;
      const rest = new Map([...purchases].filter(([key]) => key !== lost.fingerprint));
      this.replace({ tip: 'tampered', files: filesOf(core, rest, this.label) });
      world.tell(() => `somebody takes ${lost.transferId} out of ${sound.tip}`);
      world.schedule(toMs, () => {
        if (this.version.tip !== 'tampered') return true;
        this.replace({ tip: 'mended', files: sound.files });
        world.tell(() => `somebody puts the files of ${sound.tip} back`);
        return true;
      });
      return true;
    });
  }

  private replace(version: LedgerVersion): void {
    this.earlier.push(this.version);
    this.version = version;
  }

  private async *changesSince(since: readonly string[]): AsyncGenerator<LedgerChange> {
    const versions = [...this.earlier, this.version];
    const first = versions.findLastIndex(({ tip }) => tip != null && since.includes(tip));
    for (let index = Math.max(first, 0) + 1; index < versions.length; index++) {
      const [before, after] = [versions[index - 1], versions[index]];
      if (before == null || after?.tip == null) continue;
      const differing = (one: LedgerVersion, other: LedgerVersion) =>
        new Map([...one.files].filter(([path, text]) => other.files.get(path) !== text));
      yield {
        version: after.tip,
        before: differing(before, after),
        after: differing(after, before),
      };
    }
  }

  private latency(): number {
    const { random } = this.world;
    return random.chance(0.05) ? random.between(2_000, 90_000) : random.between(100, 2_500);
  }

  private failure(): (Answer<never> & { error: unknown }) | null {
    const { nowMs } = this.world;
    const isOut = this.outages.some(([from, to]) => nowMs >= from && nowMs <= to);
    if (!isOut && !this.world.random.chance(this.faultRate / 10)) return null;
    this.world.counts.faults += 1;
    this.world.tell(() => 'the ledger does not answer');
    return {
      afterMs: OUTAGE_PATIENCE_MS,
      error: new this.core.LedgerError(`${this.label} cannot be reached, so nothing is spent`),
    };
  }

  private swap(
    process: Process,
    base: LedgerVersion,
    changes: ReadonlyMap<string, string | null>,
    message: string,
  ): Answer<SwapOutcome> {
    const { world } = this;
    const { name } = process.identity;
    const unclear = world.random.chance(this.faultRate);
    if (unclear) world.counts.faults += 1;
    if (unclear && world.random.chance(0.5)) {
      world.tell(() => `${name} ledger: "${message}" is lost on its way`);
      return { afterMs: 0, value: { kind: 'unclear', message: 'no answer' } };
    }
    if (base.tip !== this.version.tip) {
      world.tell(() => `${name} ledger: "${message}" comes second`);
      return { afterMs: 0, value: { kind: 'lost' } };
    }
    const files = new Map(this.version.files);
    for (const [path, text] of changes) {
      if (text == null) files.delete(path);
      else files.set(path, text);
    }
    this.writes += 1;
    const version = { tip: `v${this.writes}`, files };
    this.replace(version);
    world.tell(() => `${name} ledger: "${message}" is ${version.tip}${unclear ? ', unheard' : ''}`);
    this.onWrite(version);
    return {
      afterMs: 0,
      value: unclear
        ? { kind: 'unclear', message: 'the answer was lost' }
        : { kind: 'swapped', version },
    };
  }
}

/** A ledger of these purchases alone. */
function filesOf(core: Core, purchases: Purchases, label: string): ReadonlyMap<string, string> {
  const changes = core.ledgerChanges(core.emptyLedger, purchases, label);
  return new Map(
    [...changes].flatMap(([path, text]) => (text == null ? [] : [[path, text] as const])),
  );
}
