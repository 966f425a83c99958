import type { GitHubPort } from '../src/ports.ts';
import type { Core } from './core.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

export interface StoredArtifact {
  readonly id: number;
  readonly runId: string;
  readonly files: ReadonlyMap<string, Buffer>;
  isGone: boolean;
}

/** A lost runner is noticed after a while. */
const NOTICED_AFTER_MS = 30_000;

/** GitHub: which runs are over, and the artifacts they stored. */
export class FakeGitHub {
  readonly artifacts = new Map<number, StoredArtifact>();
  readonly processes: Process[] = [];
  faultRate = 0;
  private readonly world: World;
  private readonly core: Core;

  constructor(world: World, core: Core) {
    this.world = world;
    this.core = core;
  }

  portFor(process: Process, disk: FakeDisk): GitHubPort {
    const { world } = this;
    const failure = () => {
      if (!world.random.chance(this.faultRate)) return null;
      world.counts.faults += 1;
      return { afterMs: 0, error: new this.core.NoAnswerError('GitHub answers HTTP 502') };
    };
    const ask = <Value>(signal: AbortSignal | null, find: () => Value): Promise<Value> =>
      process.remote<Value>({
        latencyMs: world.random.between(50, 800),
        signal,
        arrivesAnyway: () => false,
        arrive: () => failure() ?? { afterMs: 0, value: find() },
      });
    return {
      readClock: async () => process.readClock('GitHub'),
      attemptState: (runId, attempt) => ask(null, () => this.attemptState(runId, attempt)),
      fetchArtifact: ({ id }, directory, signal) =>
        ask(signal, () => {
          const artifact = this.artifacts.get(id);
          if (artifact == null || artifact.isGone) return 'gone';
          for (const [path, bytes] of artifact.files) disk.put(`${directory}/${path}`, bytes);
          return 'fetched';
        }),
      // No branch here has rules, so nobody asks.
      commitSigned: async () => ({ kind: 'refused', message: 'no branch needs it here' }),
    };
  }

  /** A run attempt is over when every job of it is. */
  isOver(runId: string, attempt: number): boolean {
    return this.attemptState(runId, attempt) !== 'running';
  }

  private attemptState(runId: string, attempt: number): 'running' | 'over' | 'unknown' {
    const jobs = this.processes.filter(
      ({ identity }) => identity.runId === runId && identity.attempt === attempt,
    );
    if (jobs.length === 0) return 'unknown';
    const isOver = jobs.every(
      ({ endedAtMs }) => endedAtMs != null && this.world.nowMs >= endedAtMs + NOTICED_AFTER_MS,
    );
    return isOver ? 'over' : 'running';
  }

  /** The artifact's number, or `null` when it could not be stored. */
  upload(process: Process, files: ReadonlyMap<string, Buffer>): Promise<number | null> {
    const { world } = this;
    return process.remote<number | null>({
      latencyMs: world.random.between(500, 5_000),
      signal: null,
      arrivesAnyway: () => world.random.chance(0.5),
      arrive: () => {
        if (world.random.chance(this.faultRate)) {
          world.counts.faults += 1;
          world.tell(() => `${process.identity.name} upload fails`);
          return { afterMs: 0, value: null };
        }
        const id = this.artifacts.size + 1;
        const { runId } = process.identity;
        this.artifacts.set(id, { id, runId, files, isGone: false });
        world.tell(() => `${process.identity.name} uploads artifact ${id} (${files.size} files)`);
        return { afterMs: 0, value: id };
      },
    });
  }
}
