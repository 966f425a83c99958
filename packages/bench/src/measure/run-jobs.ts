import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { slowestOf } from '../emulation/durations.ts';
import type { Delay, EmulationReport } from '../emulation/report.ts';
import type { EmulationSettings } from '../emulation/settings.ts';
import type { GitHubReport } from '../github/main.ts';
import type { Cost } from './child-cost.ts';
import { type Client, isOurs, type Ours } from './clients.ts';
import { countVideos, emptyFolder, makeTemporary } from './folders.ts';
import { type BenchRepository, createRepository } from './repository.ts';
import { type OurRun, runOurs } from './run-ours.ts';
import { type Ended, runPeer } from './run-peer.ts';
import type { Stage } from './stage.ts';

export interface JobsTask {
  readonly jobs: number;
  readonly settings: EmulationSettings;
  readonly concurrency?: number;
  /** Killed after so long, then run again to the end. */
  readonly killAfterMs?: number;
}

/** What came of one client that was asked for so many videos. */
export interface JobsOutcome extends Cost {
  /** Beyond the time of the slowest job. */
  readonly overS: number;
  readonly exitCode: number | null;
  readonly delivered: number;
  readonly billed: number;
  readonly twice: number;
  /** Said by the client itself to be paid for, or perhaps paid for, and not there: only ours says so. */
  readonly held: number;
  readonly requestsPerJob: number;
  readonly detection: Delay | null;
  readonly delivery: Delay | null;
  readonly uploadedMb: number;
  readonly emulationProcessorS: number;
  readonly pushes: number;
  readonly pushesPerMinute: number;
  readonly lastLine: string;
}

const repositories = new Map<string, BenchRepository>();

/** Takes the repositories off the disk again. */
export function forgetRepositories(): void {
  for (const { workspace } of repositories.values())
    rmSync(dirname(workspace), { recursive: true, force: true });
  repositories.clear();
}

/** Repositories are made once for each size: their files take longer to write than many runs. */
export function repositoryOf(transfers: number, provider: string): BenchRepository {
  const key = `${transfers} ${provider}`;
  const known = repositories.get(key);
  if (known != null) return known;
  const created = createRepository(makeTemporary('repository'), {
    characters: transfers,
    provider,
  });
  repositories.set(key, created);
  return created;
}

export async function runJobs(stage: Stage, client: Client, task: JobsTask): Promise<JobsOutcome> {
  const hasHttpsVideos = !isOurs(client) && client.needsHttpsVideos === true;
  const origin = await stage.startProviders({ ...task.settings, hasHttpsVideos });
  const ran = await (isOurs(client)
    ? runOurJobs(stage, client, task, origin)
    : runPeerJobs(client, task, origin));
  const report = await stage.reportProviders();
  return describe(task, ran, report);
}

interface Ran {
  readonly ended: Ended;
  readonly delivered: number;
  readonly held: number;
  readonly github: GitHubReport | null;
}

async function runPeerJobs(client: Exclude<Client, Ours>, task: JobsTask, origin: string) {
  const out = makeTemporary('out');
  const { jobs, killAfterMs } = task;
  if (killAfterMs != null) await runPeer(client, { origin, jobs, out, killAfterMs });
  emptyFolder(out);
  const ended = await runPeer(client, { origin, jobs, out });
  const delivered = countVideos(out, task.settings.resultBytes);
  rmSync(out, { recursive: true, force: true });
  return { ended, delivered, held: 0, github: null };
}

async function runOurJobs(
  stage: Stage,
  client: Ours,
  task: JobsTask,
  origin: string,
): Promise<Ran> {
  const repository = repositoryOf(task.jobs, client.provider);
  repository.restore('forget');
  const { environment, token } = await stage.startGitHub(repository);
  const start = (runId: number, killAfterMs?: number) =>
    runOurs({
      repository,
      token,
      runId,
      inputs: {
        command: 'run',
        ledger: client.ledger,
        staging: 'github',
        concurrency: String(task.concurrency ?? task.jobs),
      },
      environment: { ...environment, ...providersAt(origin) },
      ...(killAfterMs != null && { killAfterMs }),
    });
  if (task.killAfterMs != null) {
    await start(1_000, task.killAfterMs);
    repository.restore('keep');
  }
  const ours = await start(1_001);
  return {
    ended: endedOf(ours),
    delivered: countVideos(join(repository.workspace, 'animations'), task.settings.resultBytes),
    held:
      Number(ours.run.outputs['unknown-count'] ?? 0) +
      Number(ours.run.outputs['in-progress-count'] ?? 0),
    github: await stage.reportGitHub(),
  };
}

/** Last in the environment of a run, so that jobs and artifacts go to what counts them. */
export function providersAt(origin: string): Readonly<Record<string, string>> {
  return {
    FAL_BASE_URL: `${origin}/fal`,
    FAL_STORAGE_BASE_URL: `${origin}/fal-storage`,
    FAL_PLATFORM_BASE_URL: `${origin}/fal-platform`,
    REPLICATE_BASE_URL: `${origin}/replicate`,
    ACTIONS_RESULTS_URL: `${origin}/`,
  };
}

function endedOf({ run, wallS, processorS, peakMb }: OurRun): Ended {
  const log = `${run.stdout}${run.stderr}`.slice(-2_000);
  return { wallS, processorS, peakMb, exitCode: run.exitCode, log };
}

function describe(task: JobsTask, ran: Ran, report: EmulationReport): JobsOutcome {
  const { ended, delivered, held, github } = ran;
  const { wallS, processorS, peakMb, exitCode } = ended;
  const { billed, twice, detection, delivery } = report;
  return {
    wallS,
    processorS,
    peakMb,
    exitCode,
    delivered,
    held,
    billed,
    twice,
    detection,
    delivery,
    overS: wallS - slowestOf(task.jobs, task.settings) / 1_000,
    requestsPerJob: report.reads / Math.max(1, billed - twice),
    uploadedMb: report.uploadedBytes / 1e6,
    emulationProcessorS: report.processorS,
    pushes: github?.pushes ?? 0,
    pushesPerMinute: github?.pushesPerMinute ?? 0,
    lastLine: ended.log.trim().split('\n').at(-1) ?? '',
  };
}
