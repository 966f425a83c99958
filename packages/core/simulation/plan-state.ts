import type { Endpoint } from '../src/http/endpoint.ts';
import type { Records } from '../src/ledger/journal-file.ts';
import type { Limits } from '../src/model/limits.ts';
import type { AssetSource, ImageFacts, VideoFacts } from '../src/model/media/media.ts';
import type { Transfer } from '../src/model/transfer.ts';
import type { PlanState } from '../src/plan/planning-input.ts';
import type { FakeDisk } from './fake-disk.ts';
import { ASSET_BYTES, ASSETS, COMMIT, REPOSITORY } from './fake-network.ts';
import { blobIdentityOf } from './film.ts';
import type { Order } from './provider.ts';
import { priceRange, type RequestedTransfer } from './script.ts';

export const WORKSPACE = '/workspace';
export const STATE_DIRECTORY = '/state';

/** What planning would find out about the simulated config, its assets and this disk. */
export function planStateOf(options: {
  readonly requestedTransfers: readonly RequestedTransfer[];
  readonly limits: Limits;
  readonly endpoints: readonly Endpoint[];
  readonly records: Records;
  readonly disk: FakeDisk;
  readonly isRefresh: boolean;
}): PlanState {
  const { requestedTransfers, limits, endpoints, records, disk, isRefresh } = options;
  const outputs = new Map<string, string | null>();
  const paths = new Set([
    ...requestedTransfers.map(outputOf),
    ...Object.keys(records.lockfile.outputs),
    ...[...records.purchases.values()].map(({ output }) => output),
  ]);
  for (const path of paths) {
    const bytes = disk.files.get(`${WORKSPACE}/${path}`);
    outputs.set(path, bytes == null ? null : blobIdentityOf(bytes));
  }
  return {
    commit: COMMIT,
    pullRequest: null,
    config: {
      file: 'motion-transfer.yml',
      limits,
      staging: 'github',
      s3: null,
      ledger: null,
      overrideLabel: 'none',
      prices: {},
      transfers: requestedTransfers.map(transferOf),
    },
    characters: new Map(
      requestedTransfers.map((requested) => [
        imageOf(requested),
        reportOf({ kind: 'url', url: imageOf(requested) }, image),
      ]),
    ),
    motions: new Map(
      requestedTransfers.map((requested) => [
        clipOf(requested),
        reportOf({ kind: 'file', path: clipOf(requested) }, clip(requested)),
      ]),
    ),
    outputs,
    outputHashes: new Map(),
    outputProblems: new Map(),
    lockfile: records.lockfile,
    purchases: records.purchases,
    checkout: records.checkout,
    providers: endpoints,
    published: new Map(),
    staging: {
      method: 'github',
      repository: REPOSITORY,
      visibility: 'public',
      commit: COMMIT,
      prefix: '',
      hasBucket: false,
    },
    refresh: isRefresh,
  };
}

/** Everything that this config may ask a company for, by provider and address of the image. */
export function ordersOf(
  requestedTransfers: readonly RequestedTransfer[],
  isRefresh: boolean,
): Map<string, Order> {
  const again = isRefresh ? ' anew' : '';
  return new Map(
    requestedTransfers.flatMap((requested) =>
      requested.providers.map((provider) => [
        `${provider} ${imageOf(requested)}`,
        {
          content: `${provider} ${requested.asset}/${requested.take}${again}`,
          transfer: `${requested.asset}/${requested.take}${again}`,
          provider,
          ...priceRange(requested, provider),
        },
      ]),
    ),
  );
}

function transferOf(requested: RequestedTransfer): Transfer {
  return {
    id: requested.id,
    character: { kind: 'url', url: imageOf(requested) },
    motion: { kind: 'file', path: clipOf(requested) },
    output: outputOf(requested),
    provider: { kind: 'ordered', ids: requested.providers },
    model: 'kling-3.0',
    parameters: {
      prompt: 'a dance',
      tier: 'standard',
      orientation: 'image',
      keepOriginalSound: true,
      durationSeconds: null,
      take: requested.take,
    },
    providerOptions: {},
    also: [],
    position: null,
  };
}

function outputOf({ id }: RequestedTransfer): string {
  return `out/${id}.mp4`;
}

function imageOf({ asset }: RequestedTransfer): string {
  return `${ASSETS}c${asset}.png`;
}

function clipOf({ asset }: RequestedTransfer): string {
  return `m${asset}.mp4`;
}

function reportOf<Facts>(source: AssetSource, facts: Facts) {
  const name = source.kind === 'url' ? source.url : `${ASSETS}${source.path}`;
  return {
    source,
    identity: `sha256:${name}`,
    facts,
    otherIdentities: null,
    isPointer: false,
    problem: null,
    committedAs: 'blob' as const,
  };
}

const image: ImageFacts = { format: 'png', width: 720, height: 960, bytes: ASSET_BYTES };

function clip({ playsSeconds, claimsSeconds }: RequestedTransfer): VideoFacts {
  return {
    container: 'mp4',
    codec: 'h264',
    width: 720,
    height: 1280,
    framesPerSecond: 30,
    bytes: ASSET_BYTES,
    hasSound: true,
    trackSeconds: playsSeconds,
    longestSeconds: claimsSeconds,
    evidence: [{ source: 'mvhd', seconds: claimsSeconds }],
  };
}
