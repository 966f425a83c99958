import type { AssetSource, Identity } from '../../model/media/media.ts';
import { type AssetReport, type Commit, type PlanState, sourceKey } from '../planning-input.ts';
import type { BaseCommit } from './base-commit.ts';

/**
 * What planning would look at if the base commit were checked out, with the records of now. Only what is the same at
 * the head is of interest, so no asset of the base commit is read: the facts of an asset are those of the head's file
 * with the same bytes, and one that has none there is left out.
 */
export function stateAtBase(head: PlanState, commit: Commit | null, base: BaseCommit): PlanState {
  const { transfers, lockfile } = base;
  const assetsOf = <Facts>(
    reports: ReadonlyMap<string, AssetReport<Facts>>,
    sources: readonly AssetSource[],
  ) => {
    const find = finderOf(reports, commit, base);
    return new Map(
      sources.flatMap((source) => {
        const found = find(source);
        return found == null ? [] : [[sourceKey(source), { ...found, source }] as const];
      }),
    );
  };
  const outputs = [...transfers.map(({ output }) => output), ...Object.keys(lockfile.outputs)];
  return {
    ...head,
    config: { ...head.config, transfers },
    characters: assetsOf(
      head.characters,
      transfers.map(({ character }) => character),
    ),
    motions: assetsOf(
      head.motions,
      transfers.map(({ motion }) => motion),
    ),
    outputs: new Map(outputs.map((path) => [path, identityAt(base, path)])),
    outputHashes: new Map(),
    lockfile,
    pullRequest: null,
  };
}

function identityAt({ files }: BaseCommit, path: string): Identity | null {
  const file = files.get(path);
  return file == null ? null : `git:${file.blobId}`;
}

/** Finds what is known of an asset of the base commit by what the head was found to hold. */
function finderOf<Facts>(
  reports: ReadonlyMap<string, AssetReport<Facts>>,
  commit: Commit | null,
  { files }: BaseCommit,
): (source: AssetSource) => AssetReport<Facts> | null {
  const byBlob = new Map<string, AssetReport<Facts>>();
  for (const report of reports.values())
    for (const blobId of blobsOf(report, commit))
      if (byBlob.get(blobId)?.facts == null) byBlob.set(blobId, report);
  return (source) => {
    const atHead = reports.get(sourceKey(source)) ?? null;
    if (source.kind === 'url') return atHead;
    const { path } = source;
    const file = files.get(path);
    // Missing at both, it is the same obstacle at both.
    if (file == null) return atHead?.identity == null ? atHead : null;
    if (!file.isLink) return byBlob.get(file.blobId) ?? null;
    const isSameLink = commit?.links.has(path) === true && commit.blobs.get(path) === file.blobId;
    const target = isSameLink ? files.get(atHead?.linkTarget ?? '') : undefined;
    return target == null || target.isLink ? null : (byBlob.get(target.blobId) ?? null);
  };
}

/** The blobs of git that hold the bytes of an asset, or their pointer of Git LFS. */
function blobsOf(
  { source, identity, otherIdentities, committedAs, isPointer, linkTarget }: AssetReport<unknown>,
  commit: Commit | null,
): string[] {
  const named = [identity, ...(otherIdentities ?? [])].flatMap((name) =>
    name?.startsWith('git:') === true ? [name.slice('git:'.length)] : [],
  );
  const isCommitted = committedAs === 'blob' || committedAs === 'lfs' || isPointer;
  const committed =
    isCommitted && source.kind === 'file' ? commit?.blobs.get(linkTarget ?? source.path) : null;
  return committed == null ? named : [...named, committed];
}
