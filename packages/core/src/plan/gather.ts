import pLimit from 'p-limit';
import { MediaError, MotionTransferError, messageOf } from '../errors.ts';
import { type ByteSource, openFileSource } from '../media/byte-source.ts';
import { resolveInside } from '../media/contain.ts';
import { identifyFiles } from '../media/identity.ts';
import { readImageFacts } from '../media/image-facts.ts';
import { identifyUrl, openUrlSource } from '../media/url-source.ts';
import { durationDisagreementSeconds, readVideoFacts } from '../media/video-facts.ts';
import type { Ports } from '../ports.ts';
import { type Records, readRecords, type StorePaths } from '../record/local-records.ts';
import { withoutQuery } from '../record/lockfile.ts';
import type {
  AssetSource,
  Config,
  Identity,
  ImageFacts,
  Plan,
  PlannedPullRequest,
  VideoFacts,
} from '../types.ts';
import { assemblePlan } from './assemble.ts';
import { type Commit, committedAs, readCommit } from './committed.ts';
import type { PlanProvider } from './offers.ts';
import type { PublishedPrices } from './prices.ts';
import type { StagingContext } from './staging.ts';
import { type AssetReport, type PlanState, sourceKey } from './state.ts';

/** Two claims about one clip that differ by more than this are a lie or damage: not priced, not bought. */
const MAX_DISAGREEMENT_SECONDS = 1;
const PROBES_AT_ONCE = 8;

export interface GatherRequest extends StorePaths {
  readonly config: Config;
  readonly providers: readonly PlanProvider[];
  /** Prices as the providers told them just now. */
  readonly published?: PublishedPrices;
  readonly repository: string | null;
  readonly visibility: StagingContext['visibility'];
  readonly refresh: boolean;
  /** What is on record, where it was read already. */
  readonly records?: Records;
  /** URL assets on this machine are read only when a provider was moved to it. */
  readonly allowLoopback: boolean;
  /** The pull request this is about; absent or `null` elsewhere. */
  readonly pullRequest?: PlannedPullRequest | null;
  /** Ends waiting for URL assets. */
  readonly signal?: AbortSignal;
}

/**
 * Finds out everything a plan depends on, then lets `assemblePlan` decide. Reads identities and
 * container headers, never whole local files that git already knows.
 *
 * @throws ConfigError for a damaged lockfile, RecordError for a damaged journal.
 */
export async function gatherPlan(ports: Ports, request: GatherRequest): Promise<Plan> {
  const { config, workspace } = request;
  const records = request.records ?? (await readRecords(ports, request));
  const characters = distinct(config.transfers.map((transfer) => transfer.character));
  const motions = distinct(config.transfers.map((transfer) => transfer.motion));
  const assetPaths = filePaths([...characters.values(), ...motions.values()]);
  const assetProblems = await findProblems(assetPaths, (path) =>
    checkAssetPath(ports, workspace, path),
  );
  const outputProblems = await findProblems(
    config.transfers.map((transfer) => transfer.output),
    (path) => checkOutputPath(ports, workspace, path),
  );
  const recordedPaths = [
    ...Object.keys(records.lockfile.outputs),
    ...[...records.journal.values()].map((entry) => entry.output),
  ];
  // Where an earlier output lay there may be a directory by now, or a link that leads elsewhere.
  const recordedProblems = await findProblems(recordedPaths, (path) =>
    resolveInside(ports, workspace, path).then(() => null),
  );
  const outputPaths = [
    ...config.transfers.map((transfer) => transfer.output),
    ...recordedPaths.filter((path) => !recordedProblems.has(path)),
  ];
  const identities = await identifyFiles(
    ports,
    workspace,
    [...assetPaths, ...outputPaths].filter(
      (path) => !assetProblems.has(path) && !outputProblems.has(path),
    ),
  );
  const commit = await readCommit(ports, workspace, assetPaths);
  const probe = createProber(ports, request, identities, assetProblems, commit);

  const state: PlanState = {
    commit: commit?.sha ?? null,
    config,
    characters: await probe(characters, readImageFacts, () => null),
    motions: await probe(motions, readVideoFacts, describeDisagreement),
    outputs: identities,
    outputProblems,
    lockfile: records.lockfile,
    journal: records.journal,
    checkout: records.checkout,
    providers: request.providers,
    published: request.published ?? new Map(),
    staging: {
      method: config.staging,
      repository: request.repository,
      visibility: request.visibility,
      commit: commit?.sha ?? null,
      prefix: commit?.prefix ?? '',
      hasBucket: config.s3 != null,
    },
    refresh: request.refresh,
    pullRequest: request.pullRequest ?? null,
  };
  return assemblePlan(state);
}

function createProber(
  ports: Ports,
  request: GatherRequest,
  identities: ReadonlyMap<string, Identity | null>,
  assetProblems: ReadonlyMap<string, string>,
  commit: Commit | null,
) {
  const limit = pLimit(PROBES_AT_ONCE);
  return async <Facts extends ImageFacts | VideoFacts>(
    sources: ReadonlyMap<string, AssetSource>,
    read: (source: ByteSource) => Promise<Facts>,
    findProblem: (facts: Facts) => string | null,
  ): Promise<Map<string, AssetReport<Facts>>> => {
    const reports = [...sources].map(([key, source]) =>
      limit(
        async () =>
          [
            key,
            await probeAsset(
              ports,
              request,
              identities,
              assetProblems,
              commit,
              source,
              read,
              findProblem,
            ),
          ] as const,
      ),
    );
    return new Map(await Promise.all(reports));
  };
}

async function probeAsset<Facts>(
  ports: Ports,
  request: GatherRequest,
  identities: ReadonlyMap<string, Identity | null>,
  assetProblems: ReadonlyMap<string, string>,
  commit: Commit | null,
  source: AssetSource,
  read: (source: ByteSource) => Promise<Facts>,
  findProblem: (facts: Facts) => string | null,
): Promise<AssetReport<Facts>> {
  const name = sourceKey(withoutQuery(source));
  let identity: Identity | null = null;
  try {
    const known = source.kind === 'file' ? assetProblems.get(source.path) : null;
    if (known != null) throw new MediaError(known);
    identity = await identityOf(ports, request, identities, source);
    const facts = await readFacts(ports, request, source, read);
    const disagreement = findProblem(facts);
    return {
      source,
      identity,
      facts,
      problem: disagreement == null ? null : `${name}: ${disagreement}`,
      committedAs:
        source.kind === 'file'
          ? await committedAs(ports, request.workspace, commit, source.path, identity)
          : 'not-committed',
    };
  } catch (error) {
    if (!(error instanceof MotionTransferError)) throw error;
    const message = messageOf(error);
    const problem = message.includes(name) ? message : `${name}: ${message}`;
    return { source, identity, facts: null, problem, committedAs: 'not-committed' };
  }
}

async function identityOf(
  ports: Ports,
  request: GatherRequest,
  identities: ReadonlyMap<string, Identity | null>,
  source: AssetSource,
): Promise<Identity> {
  if (source.kind === 'url') return identifyUrl(ports, source.url, request);
  const identity = identities.get(source.path);
  if (identity == null)
    throw new MotionTransferError(
      `${source.path} does not exist; check the path, and that it is committed`,
    );
  return identity;
}

async function readFacts<Facts>(
  ports: Ports,
  request: GatherRequest,
  source: AssetSource,
  read: (source: ByteSource) => Promise<Facts>,
): Promise<Facts> {
  if (source.kind === 'url') return read(await openUrlSource(ports, source.url, request));
  const file = await openFileSource(
    ports.files,
    await resolveInside(ports, request.workspace, source.path),
    source.path,
  );
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/** No image or clip that a provider takes is near this size; it is refused before it is read. */
const MAX_ASSET_BYTES = 1024 * 1_048_576;

/** Problems by path; a hostile path is one transfer's problem, never the whole plan's. */
async function findProblems(
  paths: readonly string[],
  check: (path: string) => Promise<string | null>,
): Promise<Map<string, string>> {
  const limit = pLimit(PROBES_AT_ONCE);
  const found = new Map<string, string>();
  const look = async (path: string) => {
    const problem = await check(path).catch((error: unknown) => {
      if (error instanceof MotionTransferError) return messageOf(error);
      throw error;
    });
    if (problem != null) found.set(path, problem);
  };
  await Promise.all([...new Set(paths)].map((path) => limit(() => look(path))));
  return found;
}

async function checkAssetPath(
  ports: Ports,
  workspace: string,
  path: string,
): Promise<string | null> {
  const stat = await ports.files.stat(await resolveInside(ports, workspace, path));
  return stat != null && stat.bytes > MAX_ASSET_BYTES
    ? `${path} has ${stat.bytes} bytes, more than any provider reads; make it smaller`
    : null;
}

/** Whether a video can be put there: found out before it is paid for. */
async function checkOutputPath(
  ports: Ports,
  workspace: string,
  path: string,
): Promise<string | null> {
  await resolveInside(ports, workspace, path);
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth++) {
    const parent = names.slice(0, depth).join('/');
    const stat = await ports.files.stat(await ports.files.realPath(`${workspace}/${parent}`));
    if (stat == null) break;
    if (stat.kind !== 'directory') {
      return `${path} cannot be written, because ${parent} is a file; choose another output`;
    }
  }
  return null;
}

function describeDisagreement(facts: VideoFacts): string | null {
  const seconds = durationDisagreementSeconds(facts);
  if (seconds <= MAX_DISAGREEMENT_SECONDS) return null;
  const claims = facts.evidence
    .map(({ source, seconds: claimed }) => `${source} ${claimed.toFixed(2)} s`)
    .join(', ');
  return `the clip does not agree with itself about its length (${claims}), so it cannot be priced; encode it again`;
}

function distinct(sources: readonly AssetSource[]): Map<string, AssetSource> {
  return new Map(sources.map((source) => [sourceKey(source), source]));
}

function filePaths(sources: readonly AssetSource[]): string[] {
  return sources.flatMap((source) => (source.kind === 'file' ? [source.path] : []));
}
