import { createClock } from './clock.ts';
import type { Fault } from './faults/fault.ts';
import { createResultFiles, type ResultHabits } from './files/result-files.ts';
import type { GitAccess } from './git/access.ts';
import { createGitHost, type HostedRepository } from './git/git-host.ts';
import { takeSignedOnly } from './git/signed-only.ts';
import { type Artifact, createArtifactService } from './github/artifact-service.ts';
import { createBlobStore } from './github/blob-store.ts';
import { createRawHost, type ServedRepository } from './github/raw-host.ts';
import { createRestApi } from './github/rest/api.ts';
import { createWorld, type GitHubWorld } from './github/rest/world.ts';
import { createRuntimeToken, type RunIdentity } from './github/runtime-token.ts';
import { findLeaks, type Leak, type Sent } from './leaks.ts';
import { draftPerformer } from './media/draft-performer.ts';
import { rememberPerformances } from './media/remember-performances.ts';
import type { EmulatorOptions } from './options.ts';
import { createBill } from './providers/bill.ts';
import { createJobBook, type JobBook } from './providers/jobs.ts';
import type { EmulatedProvider, ProviderServices } from './providers/provider.ts';
import {
  emulatedProviders,
  isProviderName,
  PROVIDER_NAMES,
  type ProviderName,
} from './providers/registry.ts';
import { createInjector, type FiredFault } from './server/injector.ts';
import { listen } from './server/listen.ts';
import type { Mount } from './server/mount.ts';
import { createRequestLog, type RequestRecord } from './server/request-log.ts';
import { createCloud, type EmulatedCloud } from './storage/cloud.ts';
import type { BillEntry } from './types.ts';

export interface Emulator {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly requests: readonly RequestRecord[];
  readonly bill: readonly BillEntry[];
  readonly artifacts: readonly Artifact[];
  readonly firedFaults: readonly FiredFault[];
  /** Pull requests, comments, labels, roles, workflow runs and tokens behind the REST API. */
  readonly github: GitHubWorld;
  /** An S3-compatible store, and where its credentials come from; not part of `environment()`. */
  readonly cloud: EmulatedCloud;
  /** Everything charged and not refunded, in micro-dollars. */
  totalMicroUsd(provider?: ProviderName): number;
  /**
   * What an action needs to talk to the emulator instead of the world. Artifact names are unique
   * within a `run` (`run-1`).
   */
  environment(identity?: Partial<RunIdentity>): Record<string, string>;
  /** Puts a git repository behind `/raw`, `/media` and `/api`; a private one answers 404 to strangers. */
  serveRepository(
    name: string,
    directory: string,
    visibility?: ServedRepository['visibility'],
  ): void;
  /**
   * Serves a bare git repository for fetches and pushes, and tells its address:
   * `<origin>/git/<owner>/<name>.git`. With `github`, the tokens of `github.createToken` decide, by
   * their `contents` permission.
   */
  serveGit(name: string, bareDirectory: string, access?: GitAccess | 'github'): string;
  /** The rules of a repository that `serveGit` serves want signed commits from now on. */
  requireSignedCommits(name: string): Promise<void>;
  /**
   * Knows a job of an earlier emulator, by its line of that bill: accepted then, finished by now with
   * these bytes of an MP4. The line is on this bill too, as it was.
   */
  restoreJob(entry: BillEntry, result: Uint8Array): void;
  /** Runners take every job that waits in a queue. */
  startJobs(): void;
  /** Where any of these keys stands in what arrived since the last search, in any form of theirs. */
  searchTraffic(keys: Iterable<string>): Leak[];
  /** What GitHub's description of its REST API says against questions that were asked, and answers given here. */
  readonly violations: readonly string[];
  inject(fault: Fault): void;
  /** Forgets the faults that have not struck yet. */
  clearFaults(): void;
  /** Moves the emulated time forward. */
  advance(ms: number): void;
  /**
   * The first logged request, present or future, that fits. A record is offered when it arrives
   * (`status: 'pending'`) and again when it ends. Rejects after `timeoutMs` (300,000).
   */
  waitFor(
    predicate: (request: RequestRecord) => boolean,
    timeoutMs?: number,
  ): Promise<RequestRecord>;
  /** The same for the bill: a charge, a correction or a refund. */
  waitForCharge(predicate: (entry: BillEntry) => boolean, timeoutMs?: number): Promise<BillEntry>;
  close(): Promise<void>;
}

/** Starts every service on one free loopback port. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const clock = createClock();
  const injector = createInjector();
  const requests = createRequestLog();
  const checkpoint = options.checkpoint ?? (async () => 'pass' as const);
  const bill = createBill();
  const repositories = new Map<string, ServedRepository>();
  const gitRepositories = new Map<string, HostedRepository>();
  const world = createWorld(clock);
  let cloud: EmulatedCloud | undefined;
  let jobBook: JobBook | undefined;
  let artifacts: () => readonly Artifact[] = () => [];

  const violations: string[] = [];
  let unsearched: Sent[] = [];
  const received = (sent: Sent) => void unsearched.push(sent);

  const server = await listen({ clock, injector, requests, checkpoint, received }, (origin) => {
    const retentionMs = options.retentionMs ?? 7 * 24 * 3_600_000;
    const files = createResultFiles(origin, clock, retentionMs, habitsOf);
    const jobs = createJobBook({
      clock,
      bill,
      files,
      performer: rememberPerformances(options.performer ?? draftPerformer),
      jobDurationMs: options.jobDurationMs ?? 300,
      queueMs: options.queueMs ?? 0,
    });
    jobBook = jobs;
    const blobs = createBlobStore(origin);
    const artifactService = createArtifactService(blobs, clock);
    artifacts = () => artifactService.artifacts;
    const account = createCloud(origin, clock);
    cloud = account.cloud;
    return [
      ...PROVIDER_NAMES.flatMap((name) => mountsOf(name, { clock, jobs, bill, origin }, options)),
      artifactService,
      blobs,
      files,
      createRawHost('raw', repositories, PROVIDER_NAMES),
      createRawHost('media', repositories, PROVIDER_NAMES),
      createGitHost(origin, gitRepositories),
      ...account.mounts,
      createRestApi({
        origin,
        clock,
        world,
        repositories,
        hosted: gitRepositories,
        onViolation: (violation) => violations.push(violation),
        artifacts: {
          list: () => artifactService.artifacts,
          signedUrl: (artifact) => artifactService.signedUrl(artifact),
        },
      }),
    ];
  });
  const { origin } = server;
  if (cloud === undefined || jobBook === undefined) {
    throw new Error('the server asked for no mounts');
  }
  const { restore, startAll } = jobBook;

  return {
    origin,
    requests: requests.entries,
    violations,
    bill: bill.entries,
    firedFaults: injector.fired,
    github: world,
    cloud,
    get artifacts() {
      return artifacts();
    },
    totalMicroUsd: (provider) => bill.totalMicroUsd(provider),
    environment: ({ run = 'run-1', job = 'job-1' } = {}) => ({
      ...Object.assign(
        {},
        ...PROVIDER_NAMES.map((name) => emulatedProviders[name].environment(`${origin}/${name}`)),
      ),
      MOTION_TRANSFER_RAW_BASE_URL: `${origin}/raw`,
      MOTION_TRANSFER_MEDIA_BASE_URL: `${origin}/media`,
      MOTION_TRANSFER_GIT_BASE_URL: `${origin}/git`,
      GITHUB_API_URL: `${origin}/api`,
      GITHUB_GRAPHQL_URL: `${origin}/api/graphql`,
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: createRuntimeToken({ run, job }),
    }),
    serveRepository(name, directory, visibility = 'public') {
      repositories.set(name.toLowerCase(), { directory, visibility });
    },
    serveGit(name, bareDirectory, access = {}) {
      const allowed = access === 'github' ? { tokens: world.contentTokens() } : access;
      gitRepositories.set(name.toLowerCase(), { directory: bareDirectory, ...allowed });
      return `${origin}/git/${name}.git`;
    },
    async requireSignedCommits(name) {
      const hosted = gitRepositories.get(name.toLowerCase());
      if (hosted === undefined) throw new Error(`${name} is not served to git`);
      gitRepositories.set(name.toLowerCase(), { ...hosted, isSignedOnly: true });
      await takeSignedOnly(hosted.directory);
    },
    restoreJob: restore,
    startJobs: startAll,
    searchTraffic(keys) {
      const sent = unsearched;
      unsearched = [];
      return findLeaks(keys, sent);
    },
    inject(fault) {
      const { provider } = fault;
      if (provider !== undefined && !isProviderName(provider)) {
        const names = PROVIDER_NAMES.join(', ');
        throw new Error(`no provider '${provider}' is emulated; name one of ${names}`);
      }
      injector.inject(fault);
    },
    clearFaults: () => injector.clear(),
    advance: (ms) => clock.advance(ms),
    waitFor: (predicate, timeoutMs) => requests.waitFor(predicate, timeoutMs),
    waitForCharge: (predicate, timeoutMs) => bill.waitFor(predicate, timeoutMs),
    async close() {
      clock.close();
      await server.close();
    },
  };
}

function habitsOf(name: string): ResultHabits {
  return isProviderName(name) ? (emulatedProviders[name].results ?? {}) : {};
}

function mountsOf(
  name: ProviderName,
  services: ProviderServices,
  options: EmulatorOptions,
): readonly Mount[] {
  // The registry pairs each provider with its own options; a union of all of them cannot say so.
  const provider = emulatedProviders[name] as EmulatedProvider<unknown>;
  return provider.create(services, options[name] ?? {});
}
