import pLimit from 'p-limit';
import { type ByteSource, openFileSource } from '../../media/byte-source.ts';
import { identifyFiles } from '../../media/identity/identity.ts';
import { resolveInside } from '../../media/paths.ts';
import { changedWhileRead, type Pieces, withPieces } from '../../media/pieces.ts';
import type { Reading } from '../../media/reading.ts';
import { readUrl } from '../../media/url.ts';
import { LfsPointerError, MediaError, MotionTransferError, messageOf } from '../../model/errors.ts';
import type { AssetSource, Identity } from '../../model/media/media.ts';
import { withoutQuery } from '../../model/secrets/redact.ts';
import type { Ports } from '../../ports.ts';
import { type AssetReport, type Commit, sourceKey } from '../planning-input.ts';
import type { CommittedAs } from '../staging.ts';
import { committedAs, submoduleOf } from './git-commit.ts';

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
  /** Where the files of paths lie that lead elsewhere. */
  readonly targets: ReadonlyMap<string, string>;
  readonly commit: Commit | null;
  /** What was hashed of the files that git could not vouch for. */
  readonly hashed: ReadonlyMap<string, Pieces>;
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
  const name = sourceKey(withoutQuery(source));
  let identity: Identity | null = null;
  try {
    if (source.kind === 'url') {
      const content = await readUrl(probing.ports, source.url, probing.request);
      identity = content.identity;
      const reading = await read(content.source);
      const { otherIdentities } = content;
      return { ...reportOf(source, identity, reading, 'not-committed'), otherIdentities };
    }
    const known = probing.problems.get(source.path);
    if (known != null) throw new MediaError(known);
    const { path } = source;
    const { ports, request, commit, targets } = probing;
    identity = probing.identities.get(path) ?? null;
    if (identity == null) throw new MediaError(await describeMissing(probing, path));
    if (isUnfollowedLink(commit, path, identity)) throw new MediaError(UNFOLLOWED);
    const reading = await readAssetFile(probing, path, read);
    const target = targets.get(path);
    const held = await committedAs(ports, request.workspace, commit, target ?? path, identity);
    const report = reportOf(source, identity, reading, held);
    return target == null ? report : { ...report, linkTarget: target };
  } catch (error) {
    if (!(error instanceof MotionTransferError)) throw error;
    const problem = named(name, messageOf(error));
    const isPointer = error instanceof LfsPointerError;
    return {
      ...unread,
      source,
      identity,
      isPointer,
      facts: null,
      problem,
      committedAs: 'not-committed',
    };
  }
}

const unread = { otherIdentities: null, isPointer: false } as const;

function reportOf<Facts>(
  source: AssetSource,
  identity: Identity,
  { facts, problem }: Reading<Facts>,
  committed: CommittedAs,
): AssetReport<Facts> {
  const name = sourceKey(withoutQuery(source));
  return {
    ...unread,
    source,
    identity,
    facts,
    problem: problem == null ? null : named(name, problem),
    committedAs: committed,
  };
}

function named(name: string, problem: string): string {
  return problem.includes(name) ? problem : `${name}: ${problem}`;
}

async function describeMissing(
  { ports, request, commit, targets }: Probing,
  path: string,
): Promise<string> {
  const { workspace } = request;
  const target = targets.get(path) ?? path;
  const submodule = commit == null ? null : submoduleOf(commit, target);
  if (submodule != null && (await ports.files.stat(`${workspace}/${submodule}/.git`)) == null)
    return `${path} lies in the submodule ${submodule}, which is not checked out; add \`submodules: true\` to actions/checkout`;
  return `${path} does not exist; check the path, and that it is committed`;
}

const UNFOLLOWED =
  'is a symbolic link in the commit, and a text file with its target here, because links are switched off (core.symlinks); name the file that it leads to, or check out with links';

function isUnfollowedLink(commit: Commit | null, path: string, identity: Identity): boolean {
  return commit?.links.has(path) === true && identity === `git:${commit.blobs.get(path)}`;
}

/** Reads what was hashed; of a file that git vouched for instead, `refuseChanged` finds out whether it still does. */
async function readAssetFile<Facts>(
  { ports, request, hashed }: Probing,
  path: string,
  read: (source: ByteSource) => Promise<Reading<Facts>>,
): Promise<Reading<Facts>> {
  const file = await openFileSource(
    ports.files,
    await resolveInside(ports, request.workspace, path),
    path,
  );
  try {
    const pieces = hashed.get(path);
    return await read(pieces == null ? file : withPieces(file, pieces));
  } finally {
    await file.close();
  }
}

/** Files that git vouched for, and that are others now that their facts are read: those may be of other bytes. */
export async function findChanged(
  { ports, request, identities, hashed }: Probing,
  reports: readonly AssetReport<unknown>[],
): Promise<ReadonlySet<string>> {
  const vouched = reports.flatMap(({ source, facts }) =>
    source.kind === 'file' && facts != null && !hashed.has(source.path) ? [source.path] : [],
  );
  if (vouched.length === 0) return new Set();
  const now = await identifyFiles(ports, request.workspace, vouched);
  return new Set(vouched.filter((path) => now.get(path) !== identities.get(path)));
}

export function refuseChanged<Facts>(
  reports: ReadonlyMap<string, AssetReport<Facts>>,
  changed: ReadonlySet<string>,
): Map<string, AssetReport<Facts>> {
  return new Map(
    [...reports].map(([key, report]) => {
      const { source } = report;
      if (source.kind === 'url' || !changed.has(source.path)) return [key, report];
      return [key, { ...report, facts: null, problem: changedWhileRead(source.path).message }];
    }),
  );
}
