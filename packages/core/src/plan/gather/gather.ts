import { type Records, readRecords, type StorePaths } from '../../ledger/journal-file.ts';
import { identifyFiles } from '../../media/identity/identity.ts';
import { readImage } from '../../media/image/image.ts';
import { resolveInside } from '../../media/paths.ts';
import type { Pieces } from '../../media/pieces.ts';
import { readVideo } from '../../media/video.ts';
import type { Config } from '../../model/config.ts';
import { messageOf } from '../../model/errors.ts';
import type { AssetSource } from '../../model/media/media.ts';
import { webFilePath } from '../../model/media/web-file.ts';
import type { Plan, PlannedPullRequest } from '../../model/plan.ts';
import type { Ports } from '../../ports.ts';
import type { MergeBase } from '../base/base-commit.ts';
import { compareWithBase, withoutComparison } from '../base/compare-with-base.ts';
import { type Commit, type PlanState, sourceKey } from '../planning-input.ts';
import type { PublishedPrices } from '../sellers/find-price.ts';
import type { PlanProvider } from '../sellers/sellers.ts';
import type { StagingContext } from '../staging.ts';
import { checkAssetPath, checkOutputPath, findProblems } from './check-paths.ts';
import { readCommit } from './git-commit.ts';
import { lookOnce } from './look-once.ts';
import { findChanged, type Probing, probeAssets, refuseChanged } from './probe.ts';
import { assembleFromContent } from './read-names.ts';
import { findTargets, refuseSharedFiles } from './real-paths.ts';

export interface GatherRequest extends StorePaths {
  readonly config: Config;
  readonly providers: readonly PlanProvider[];
  /** Prices as the providers reported them just now. */
  readonly published?: PublishedPrices;
  readonly repository: string | null;
  readonly visibility: StagingContext['visibility'];
  /** Where GitHub serves files of commits as they are. */
  readonly rawBaseUrl?: string;
  /** See `StagingContext`. */
  readonly enterpriseHost?: string | null;
  readonly refresh: boolean;
  /** What is on record, where it was read already. */
  readonly records?: Records;
  /** URL assets on this machine are read only when a provider was moved to it. */
  readonly allowLoopback: boolean;
  /** The pull request this is about; absent or `null` elsewhere. */
  readonly pullRequest?: PlannedPullRequest | null;
  /** What it is compared with; absent or `null` where nothing is counted for a pull request. */
  readonly mergeBase?: MergeBase | null;
  /** Ends waiting for URL assets. */
  readonly signal?: AbortSignal;
}

/**
 * Finds out everything a plan depends on, then lets `assemblePlan` decide. Reads identities and
 * container headers; whole local files that git already knows only where no record is about them.
 *
 * @throws ConfigError for a damaged lockfile and for outputs that share a file, RecordError for a damaged journal.
 */
export async function gatherPlan(ports: Ports, request: GatherRequest): Promise<Plan> {
  const { config, workspace } = request;
  const records = request.records ?? (await readRecords(ports, request));
  const characters = distinct(config.transfers.map((transfer) => transfer.character));
  const motions = distinct(config.transfers.map((transfer) => transfer.motion));
  const assetPaths = filePaths([...characters.values(), ...motions.values()]);
  const looking = { ...ports, files: lookOnce(ports.files) };
  const assetProblems = await findProblems(assetPaths, (path) =>
    checkAssetPath(looking, workspace, path),
  );
  const outputProblems = await findProblems(
    config.transfers.map((transfer) => transfer.output),
    (path) => checkOutputPath(looking, workspace, path),
  );
  const unsafe = new Map([...assetProblems, ...outputProblems]);
  await refuseSharedFiles(looking, workspace, config, unsafe);
  const recordedPaths = [
    ...Object.keys(records.lockfile.outputs),
    ...[...records.purchases.values()].map((purchase) => purchase.output),
    ...config.transfers.flatMap(({ output, also }) =>
      also.map((kind) => webFilePath(output, kind)),
    ),
  ];
  // Where an earlier output lay there may be a directory by now, or a link that leads elsewhere.
  const recordedProblems = await findProblems(recordedPaths, (path) =>
    resolveInside(looking, workspace, path).then(() => null),
  );
  const outputPaths = [
    ...config.transfers.map((transfer) => transfer.output),
    ...recordedPaths.filter((path) => !recordedProblems.has(path)),
  ];
  const hashed = new Map<string, Pieces>();
  const identities = await identifyFiles(
    { ...ports, files: { ...ports.files, realPath: looking.files.realPath } },
    workspace,
    [...assetPaths, ...outputPaths].filter((path) => !unsafe.has(path)),
    { paths: new Set(assetPaths), found: hashed },
  );
  const targets = await findTargets(
    looking,
    workspace,
    assetPaths.filter((path) => !unsafe.has(path)),
  );
  const commit = await readCommit(ports, workspace, [...assetPaths, ...targets.values()]);
  const problems = assetProblems;
  const probing: Probing = { ports, request, identities, problems, targets, commit, hashed };
  const characterReports = await probeAssets(probing, characters, readImage);
  const motionReports = await probeAssets(probing, motions, readVideo);
  const changed = await findChanged(probing, [
    ...characterReports.values(),
    ...motionReports.values(),
  ]);

  const state: PlanState = {
    commit: commit?.sha ?? null,
    config,
    characters: refuseChanged(characterReports, changed),
    motions: refuseChanged(motionReports, changed),
    outputs: identities,
    outputHashes: new Map(),
    outputProblems,
    lockfile: records.lockfile,
    purchases: records.purchases,
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
      ...(request.rawBaseUrl == null ? {} : { rawBaseUrl: request.rawBaseUrl }),
      enterpriseHost: request.enterpriseHost ?? null,
    },
    refresh: request.refresh,
    pullRequest: request.pullRequest ?? null,
  };
  const { plan, state: read } = await assembleFromContent(ports, workspace, state);
  return request.mergeBase == null ? plan : compare(plan, read, commit, request.mergeBase);
}

/** What a pull request changes is told apart where it can be; a plan is made all the same where it cannot. */
function compare(plan: Plan, state: PlanState, commit: Commit | null, base: MergeBase): Plan {
  if (base.kind === 'unknown') return withoutComparison(plan, base.problem);
  try {
    return compareWithBase(plan, state, { commit, base });
  } catch (error) {
    return withoutComparison(
      plan,
      `what commit ${base.commit.slice(0, 12)} owes could not be planned: ${messageOf(error)}`,
    );
  }
}

function distinct(sources: readonly AssetSource[]): Map<string, AssetSource> {
  return new Map(sources.map((source) => [sourceKey(source), source]));
}

function filePaths(sources: readonly AssetSource[]): string[] {
  return sources.flatMap((source) => (source.kind === 'file' ? [source.path] : []));
}
