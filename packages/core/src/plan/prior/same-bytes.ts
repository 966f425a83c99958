import { type AssetNames, canBeOfOnePurchase, kindOf } from '../../model/media/identities.ts';
import type { Identity } from '../../model/media/media.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { type AssetReport, sourceKey } from '../planning-input.ts';
import type { Candidate } from '../sellers/sellers.ts';
import type { IndexedState, RecordIndex } from './record-index.ts';

type Named = Pick<AssetReport<unknown>, 'identity' | 'otherIdentities'>;

/** Everything that the bytes of an asset are called, by what was read of them and by the lockfile. */
export function namesOf(records: RecordIndex, { identity, otherIdentities }: Named): Identity[] {
  if (identity == null) return [];
  const read = [identity, ...(otherIdentities ?? [])];
  return [...new Set(read.flatMap((name) => [name, ...records.alsoKnownAs(name)]))];
}

/**
 * The fingerprints that the same purchase has where its assets were stored otherwise: as a file, in Git LFS, behind an
 * address, in a repository with other objects. A fingerprint is made from one identity of each asset.
 */
export function fingerprintsElsewhere(
  { terms, fingerprint, formerFingerprint }: Candidate,
  names: AssetNames,
): string[] {
  const pairs = names.character.flatMap((character) =>
    names.motion
      .filter((motion) => canBeOfOnePurchase(character, motion))
      .map((motion) => ({ character, motion })),
  );
  return pairs
    .flatMap((pair) => terms.map((rest) => fingerprintOf({ ...pair, ...rest })))
    .filter((other) => other !== fingerprint && other !== formerFingerprint);
}

/** No record is about the assets as they are called here: what else they are called has to be read. */
export function requestNames(
  { unread }: IndexedState,
  { character, motion }: Readonly<Record<'character' | 'motion', AssetReport<unknown>>>,
): void {
  for (const { source, otherIdentities } of [character, motion])
    if (source.kind === 'file' && otherIdentities == null) unread.assets.add(sourceKey(source));
}

/** Whether the recorded bytes lie at the path, whatever kind of identity they have there. */
export function holdsRecorded(
  { outputs, outputHashes, unread }: IndexedState,
  path: string,
  recorded: { readonly identity: string | null; readonly sha256: string },
): boolean {
  const here = outputs.get(path);
  if (here == null) return false;
  if (here === recorded.identity || here === `sha256:${recorded.sha256}`) return true;
  const kind = kindOf(here);
  if (kind === 'content') return false;
  if (recorded.identity != null && kind === kindOf(recorded.identity)) return false;
  const hash = outputHashes.get(path);
  if (hash === undefined) unread.outputs.add(path);
  return hash != null && hash === recorded.sha256;
}
