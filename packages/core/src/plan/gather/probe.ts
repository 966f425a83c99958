import pLimit from 'p-limit';
import { type ByteSource, openFileSource } from '../../media/byte-source.ts';
import { resolveInside } from '../../media/paths.ts';
import type { Reading } from '../../media/reading.ts';
import { identifyUrl, openUrlSource } from '../../media/url.ts';
import { MediaError, MotionTransferError, messageOf } from '../../model/errors.ts';
import type { AssetSource, Identity } from '../../model/media.ts';
import { withoutQuery } from '../../model/redact.ts';
import type { Ports } from '../../ports.ts';
import { type AssetReport, sourceKey } from '../planning-input.ts';
import { type Commit, committedAs } from './git-commit.ts';

const PROBES_AT_ONCE = 8;

/** What is known before the assets themselves are looked at. */
export interface Probing {
  readonly ports: Ports;
  readonly request: {
    readonly workspace: string;
    readonly allowLoopback: boolean;
    readonly signal?: AbortSignal;
  };
  /** Identity of the file at each path; `null` where there is none. */
  readonly identities: ReadonlyMap<string, Identity | null>;
  /** Why a path must not be read. */
  readonly problems: ReadonlyMap<string, string>;
  readonly commit: Commit | null;
}

/** One report for every source, under its key. What is wrong with an asset is in its report. */
export async function probeAssets<Facts>(
  probing: Probing,
  sources: ReadonlyMap<string, AssetSource>,
  read: (source: ByteSource) => Promise<Reading<Facts>>,
): Promise<Map<string, AssetReport<Facts>>> {
  const limit = pLimit(PROBES_AT_ONCE);
  const reports = [...sources].map(([key, source]) =>
    limit(async () => [key, await probeAsset(probing, source, read)] as const),
  );
  return new Map(await Promise.all(reports));
}

async function probeAsset<Facts>(
  probing: Probing,
  source: AssetSource,
  read: (source: ByteSource) => Promise<Reading<Facts>>,
): Promise<AssetReport<Facts>> {
  const { ports, request, problems, commit } = probing;
  const name = sourceKey(withoutQuery(source));
  let identity: Identity | null = null;
  try {
    const known = source.kind === 'file' ? problems.get(source.path) : null;
    if (known != null) throw new MediaError(known);
    identity = await identityOf(probing, source);
    const { facts, problem } = await readAsset(probing, source, read);
    return {
      source,
      identity,
      facts,
      problem: problem == null ? null : `${name}: ${problem}`,
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
  { ports, request, identities }: Probing,
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

async function readAsset<Facts>(
  { ports, request }: Probing,
  source: AssetSource,
  read: (source: ByteSource) => Promise<Reading<Facts>>,
): Promise<Reading<Facts>> {
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
