import type { Ports } from '../src/ports.ts';
import { Checker } from './checker.ts';
import type { Violation } from './checks/invariants.ts';
import type { Core } from './core.ts';
import { FakeDisk } from './fake-disk.ts';
import { FakeGitHub } from './fake-github.ts';
import { FakeLedger } from './fake-ledger.ts';
import { environment, FakeNetwork } from './fake-network.ts';
import { listing } from './listing-adapter.ts';
import { ordersOf, STATE_DIRECTORY } from './plan-state.ts';
import { Process, untroubled } from './process.ts';
import { type BilledJob, Companies } from './provider.ts';
import { Random } from './random.ts';
import { type PlannedRun, type Script, writeScript } from './script.ts';
import {
  flushAfterwards,
  planAndRun,
  reconcileOnly,
  type Seat,
  writeOffTruthfully,
} from './shell.ts';
import { type Counts, World } from './world.ts';

export interface History {
  readonly violations: readonly Violation[];
  readonly story: readonly string[];
}

const MINUTE_MS = 60_000;
/** Nothing that a run waits for takes so long. */
const HORIZON_MS = 10 * 86_400_000;
const MAX_QUIET_ROUNDS = 20;
/** One history in eleven, of those with a shared ledger: of its start in milliseconds, modulo 11. */
const TAMPERED = 4;
/** One history in seven: of its start in milliseconds, modulo 7. */
const PACED = 5;
/** One in eleven is frozen on its way. */
const FROZEN = 3;
const JOURNAL = `${STATE_DIRECTORY}/journal.jsonl`;

/** One history from one seed: troubled runs, then quiet ones until nothing changes any more. */
export async function liveThrough(
  core: Core,
  seed: number,
  counts: Counts,
  isTold: boolean,
): Promise<History> {
  const random = new Random(seed);
  const script = writeScript(random.fork());
  const stage = new Stage(core, script, random, counts, isTold);
  watched = stage.checker;
  for (const run of script.runs) stage.schedule(run);
  await stage.world.pass(script.startMs + HORIZON_MS);
  await stage.calmDown();
  stage.checkAtRest();
  if (script.isWrittenOff && (await stage.writeOff())) {
    await stage.calmDown();
    stage.checkAtRest();
  }
  watched = null;
  const { violations } = stage.checker;
  return { violations, story: stage.world.story ?? [] };
}

/** Within the first runs. */
function frozenAtMs({ startMs, runs }: Script): number {
  const lastMs = runs.at(-1)?.startsAfterMs ?? 0;
  return startMs + (startMs % (lastMs + MINUTE_MS));
}

/** The same companies, as a newer version would ask them. */
function renewed(connections: Seat['connections']): Seat['connections'] {
  const endpoints = connections.endpoints.map((endpoint) => ({
    ...endpoint,
    adapter: { ...endpoint.adapter, revision: endpoint.adapter.revision + 1 },
  }));
  return { ...connections, endpoints };
}

const noGit: Ports['git'] = {
  run: () => Promise.reject(new Error('there is no git here')),
  execute: () => Promise.reject(new Error('there is no git here')),
};

let watched: Checker | null = null;
process.on('unhandledRejection', (error) => {
  watched?.violate(
    'not understandable',
    `nobody caught ${error instanceof Error ? error.stack : String(error)}`,
  );
});

class Stage {
  readonly world: World;
  readonly checker: Checker;
  private readonly core: Core;
  private readonly script: Script;
  private readonly companies: Companies;
  private readonly network: FakeNetwork;
  private readonly ledger: FakeLedger | null;
  private readonly github: FakeGitHub;
  private readonly machines = new Map<string, FakeDisk>();
  private readonly disks: FakeDisk[] = [];
  private readonly keys = new Map<string, string>();
  private readonly connections: Seat['connections'];
  private quietRuns = 0;

  constructor(core: Core, script: Script, random: Random, counts: Counts, isTold: boolean) {
    this.core = core;
    this.script = script;
    this.world = new World(random, script.startMs, counts, isTold);
    this.companies = new Companies(this.world);
    this.network = new FakeNetwork(this.world, core, this.companies);
    this.github = new FakeGitHub(this.world, core);
    this.ledger = script.isShared ? new FakeLedger(this.world, core) : null;
    const known = core.readConnections(environment);
    this.connections = {
      ...known,
      endpoints: [...known.endpoints, core.createEndpoint(listing, environment)],
    };
    const { companies } = this;
    this.checker = new Checker(this.world, core, {
      companies,
      limits: script.limits,
      isShared: script.isShared,
      hasArtifacts: script.hasArtifacts,
      hasOutsideClock: script.isShared || script.hasGitHub,
    });
    companies.onAccepted = (job) => {
      const key = this.keys.get(job.order.content) ?? this.findAnnounced(job);
      if (key != null) this.keys.set(job.order.content, key);
      this.checker.bill.accepted(job, key);
    };
    // By the start, not by chance: a pace must not change the histories without one.
    this.network.isPaced = script.startMs % 7 === PACED;
    this.network.onPaused = (process, provider, forMs) =>
      this.checker.pauses.paused(process, provider, forMs);
    this.network.onRefused = ({ content }) => this.checker.rest.refused(content);
    if (this.ledger != null) {
      this.ledger.onWrite = (version) => this.checker.record.ledgerWritten(version);
      this.ledger.outages = script.outages;
      const fromMs = script.startMs + (10 + (script.startMs % 17)) * MINUTE_MS;
      if (script.startMs % 11 === TAMPERED) this.ledger.tamper(fromMs, fromMs + 30 * MINUTE_MS);
    }
    this.setFaultRate(script.faultRate);
    // By the start, not by chance: a freeze must not change the histories without one.
    if (script.startMs % 11 === FROZEN)
      this.world.schedule(frozenAtMs(script), () => this.freeze());
    companies.isHopeless = script.isHopeless;
    this.world.tell(() => JSON.stringify({ ...script, runs: undefined }));
  }

  /** Of a company that the plan did not choose: known by what was announced. */
  private findAnnounced({ order, by }: BilledJob): string | undefined {
    const [asset = ''] = order.content.replace(`${order.provider} `, '').split('/');
    const found = [...this.checker.journal.values()].find(
      ({ provider, state, holder, intent }) =>
        provider === order.provider &&
        state === 'submitting' &&
        holder.runId === by.identity.runId &&
        JSON.stringify(intent).includes(`/c${asset}.png`),
    );
    return found?.fingerprint;
  }

  private setFaultRate(rate: number): void {
    this.companies.faultRate = rate;
    this.network.faultRate = rate;
    this.github.faultRate = rate;
    if (this.ledger != null) this.ledger.faultRate = rate;
  }

  private freeze(): boolean {
    this.ledger?.setFreeze({ reason: 'why not', actor: 'somebody', runId: '1', atMs: 0 });
    return true;
  }

  schedule(run: PlannedRun): void {
    const start = (): boolean => {
      // GitHub offers a re-run only when the attempt before it is over.
      const isEarly = run.attempt > 1 && !this.github.isOver(run.runId, run.attempt - 1);
      if (isEarly) this.world.schedule(this.world.nowMs + MINUTE_MS, start);
      else this.start(run);
      return !isEarly;
    };
    this.world.schedule(this.script.startMs + run.startsAfterMs, start);
  }

  private start(run: PlannedRun): void {
    const { machine, runId, attempt, job } = run;
    const name = `${runId}.${attempt}/${job}`;
    const disk = machine == null ? this.freshDisk(name) : this.machine(machine);
    this.world.tell(() => `${name} begins on ${disk.name}: ${JSON.stringify(run)}`);
    const work = run.command === 'run' ? planAndRun : reconcileOnly;
    const process = this.launch(run, disk, work);
    process.onEnd(() => {
      if (!process.isCancelled) return;
      // GitHub runs the post step of a cancelled job on the same machine.
      const after = { ...run, fate: untroubled };
      this.world.schedule(this.world.nowMs + 500, () => {
        this.launch(after, disk, flushAfterwards);
        return true;
      });
    });
  }

  private launch(run: PlannedRun, disk: FakeDisk, work: (seat: Seat) => Promise<void>): Process {
    const { core, world, github, checker, script } = this;
    const { runId, attempt, job, pullRequest, requestedTransfers } = run;
    world.counts.runs += 1;
    const identity = { name: `${runId}.${attempt}/${job}`, runId, attempt, job, pullRequest };
    const process = new Process(world, identity, {
      clockOffsetMs: run.clockOffsetMs,
      lifetimeMs: run.lifetimeMs,
      fate: run.fate,
      stopped: (reason) => new core.StoppedError(reason),
    });
    github.processes.push(process);
    const random = world.random.fork();
    const ports: Ports = {
      http: this.network.portFor(process, ordersOf(requestedTransfers, run.isRefresh)),
      files: this.watchIntents(process, disk.portFor(process, core, world)),
      git: noGit,
      clock: { nowMs: () => process.nowMs(), sleep: (ms, signal) => process.sleep(ms, signal) },
      random: random.next,
      log: {
        info: () => {},
        warning: (message) => {
          world.tell(() => `${identity.name} warns: ${message}`);
          if (process.isAlive) checker.reports.warned(process, message);
        },
      },
      draft: null,
      github: script.hasGitHub ? github.portFor(process, disk) : null,
    };
    const seat: Seat = {
      core,
      process,
      ports,
      disk,
      github,
      ledger: this.ledger,
      connections: this.connectionsOf(run),
      checker,
      hasArtifacts: script.hasArtifacts,
      limits: script.limits,
      requestedTransfers,
      concurrency: run.concurrency,
      isRefresh: run.isRefresh,
      keys: this.keys,
    };
    const end = (error: unknown) => {
      if (!process.isAlive) return;
      world.tell(() => `${identity.name} ends${error == null ? '' : `: ${String(error)}`}`);
      checker.reports.ended(process, error);
      process.end();
    };
    work(seat).then(() => end(null), end);
    return process;
  }

  private watchIntents(process: Process, files: Ports['files']): Ports['files'] {
    if (!this.network.isPaced) return files;
    const providerOf = (key: string) =>
      [...this.keys].find(([, known]) => known === key)?.[0].split(' ')[0];
    return {
      ...files,
      appendDurably: (path, line) => {
        if (path === JOURNAL) this.checker.pauses.wrote(process, line, providerOf);
        return files.appendDurably(path, line);
      },
    };
  }

  private connectionsOf({ isRefresh, lacksKeyOf }: PlannedRun): Seat['connections'] {
    const all = isRefresh ? renewed(this.connections) : this.connections;
    if (lacksKeyOf == null) return all;
    const endpoints = all.endpoints.map((endpoint) =>
      endpoint.adapter.id === lacksKeyOf ? { ...endpoint, hasKey: false, secrets: {} } : endpoint,
    );
    return { ...all, endpoints };
  }

  private freshDisk(name: string): FakeDisk {
    const disk = new FakeDisk(`a fresh machine for ${name}`);
    this.disks.push(disk);
    return disk;
  }

  private machine(name: string): FakeDisk {
    const known = this.machines.get(name);
    if (known != null) return known;
    const disk = new FakeDisk(name);
    this.checker.record.watchJournal(disk, JOURNAL);
    this.machines.set(name, disk);
    this.disks.push(disk);
    return disk;
  }

  /** No more faults: runs on every machine that is left and on a fresh one, until nothing changes. */
  async calmDown(): Promise<void> {
    this.setFaultRate(0);
    if (this.ledger != null) {
      this.ledger.outages = [];
      if (this.checker.record.isFrozen) this.ledger.setFreeze(null);
    }
    // Later than any clock that was a day ahead.
    this.world.nowMs += 30 * 60 * MINUTE_MS;
    if (this.script.losesArtifacts) {
      for (const artifact of this.github.artifacts.values()) artifact.isGone = true;
    }
    for (let round = 1; round <= MAX_QUIET_ROUNDS; round++) {
      const before = this.describeRecords();
      const visits: (() => Promise<void>)[] = [...this.machines.values()].map(
        (disk) => () => this.runQuietly(disk, planAndRun),
      );
      if (this.script.isShared) {
        const isFirst = round === 1 && this.script.faultRate > 0;
        const work = isFirst ? reconcileOnly : planAndRun;
        visits.push(() => this.runQuietly(this.freshDisk('a quiet run'), work));
      }
      if (this.script.isFreshFirst) visits.reverse();
      for (const visit of visits) await visit();
      if (this.describeRecords() === before) return;
    }
    this.checker.violate('not understandable', 'quiet runs never come to an end');
  }

  async writeOff(): Promise<boolean> {
    const unknown = [...this.checker.journal.values()].filter(({ state }) => state === 'unknown');
    if (unknown.length === 0) return false;
    this.checker.rest.isWrittenOff = true;
    const billed = new Set(
      this.companies.jobs
        .filter(({ refundedAtMs }) => refundedAtMs == null)
        .map(({ order }) => this.keys.get(order.content)),
    );
    const disk = this.machines.get('machine') ?? this.freshDisk('a person');
    await this.runQuietly(disk, (seat) => writeOffTruthfully(seat, (key) => billed.has(key)));
    return true;
  }

  private async runQuietly(disk: FakeDisk, work: (seat: Seat) => Promise<void>): Promise<void> {
    this.quietRuns += 1;
    this.world.nowMs += 30 * MINUTE_MS;
    const run: PlannedRun = {
      startsAfterMs: 0,
      runId: `quiet-${this.quietRuns}`,
      attempt: 1,
      job: 'animate',
      pullRequest: null,
      machine: null,
      requestedTransfers: this.script.requestedTransfers,
      command: 'run',
      isRefresh: false,
      lifetimeMs: 120 * MINUTE_MS,
      clockOffsetMs: 0,
      concurrency: 4,
      lacksKeyOf: null,
      fate: untroubled,
    };
    this.launch(run, disk, work);
    await this.world.pass(this.world.nowMs + HORIZON_MS);
  }

  private describeRecords(): string {
    const purchases = [...this.checker.journal.values()];
    return purchases
      .map(({ fingerprint, round, state }) => `${fingerprint} ${round} ${state}`)
      .join('\n');
  }

  checkAtRest(): void {
    const { journal: purchases } = this.checker;
    for (const { state } of purchases.values()) {
      if (state === 'unknown') this.world.counts.unknown += 1;
    }
    // Without GitHub's word, what other machines began stays as it is.
    const isSettled =
      this.script.hasGitHub || this.script.runs.every(({ machine }) => machine != null);
    this.checker.atRest(this.github, this.disks, isSettled);
    this.world.tell(() => {
      const rows = [...purchases.values()].map(
        ({ fingerprint, transferId, state, message }) =>
          `${transferId} ${fingerprint.slice(0, 8)} ${state}${message == null ? '' : ` (${message})`}`,
      );
      return `at rest: ${rows.join('; ')}`;
    });
  }
}
