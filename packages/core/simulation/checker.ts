import type { Limits } from '../src/model/limits.ts';
import type { Purchases } from '../src/model/purchase/purchase.ts';
import { BillCheck } from './checks/bill.ts';
import type { Invariant, Violation } from './checks/invariants.ts';
import { PauseCheck } from './checks/pauses.ts';
import { RecordWatch } from './checks/record.ts';
import { ReportCheck } from './checks/reports.ts';
import { RestCheck } from './checks/rest.ts';
import type { Core } from './core.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { FakeGitHub } from './fake-github.ts';
import type { Companies } from './provider.ts';
import type { World } from './world.ts';

interface CheckerOptions {
  readonly companies: Companies;
  readonly limits: Limits;
  readonly isShared: boolean;
  readonly hasArtifacts: boolean;
  /** Somebody could be asked for the time before anything was bought. */
  readonly hasOutsideClock: boolean;
}

/** Watches a history from outside: the provider's bill on one side, what is on record on the other. */
export class Checker {
  readonly violations: Violation[] = [];
  readonly record: RecordWatch;
  readonly bill: BillCheck;
  readonly pauses: PauseCheck;
  readonly reports: ReportCheck;
  readonly rest: RestCheck;
  private readonly world: World;

  constructor(world: World, core: Core, options: CheckerOptions) {
    this.world = world;
    const violate = this.violate.bind(this);
    const onChange = () => this.bill.checkRecorded();
    this.record = new RecordWatch(core, { ...options, violate, onChange });
    const { record } = this;
    this.bill = new BillCheck({ ...options, world, core, record, violate });
    this.pauses = new PauseCheck(core, violate);
    this.reports = new ReportCheck(core, () => record.purchases, violate);
    const { charged } = this.bill;
    this.rest = new RestCheck({ ...options, world, core, record, charged, violate });
  }

  violate(invariant: Invariant, message: string): void {
    this.world.tell(() => `VIOLATED: ${invariant}: ${message}`);
    this.violations.push({ invariant, message });
  }

  /** What is on record for all, or in the only checkout. */
  get journal(): Purchases {
    return this.record.purchases;
  }

  atRest(github: FakeGitHub, disks: readonly FakeDisk[], isQuietForGood: boolean): void {
    this.rest.check(github, disks, isQuietForGood);
    this.reports.checkSums();
  }
}
