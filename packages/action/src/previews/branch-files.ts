/** The branch of the pictures that comments show. */
export const PREVIEWS_BRANCH = 'motion-transfer-previews';

/** A picture that is shown again after this many days is kept anew: no comment shows one that is about to go. */
const FRESH_DAYS = 30;
const KEPT_DAYS = 90;
/** Taking one away rewrites the branch, so that it is not done every day. */
const LATEST_DAYS = 120;
/** Of at most 150 KB each. */
const MOST_PICTURES = 400;
/** What stays when there are more. */
const KEPT_PICTURES = 300;

const DAY_MS = 86_400_000;
/** The day it was put there, and the hash of its bytes. */
const OWN_PATH = /^(\d{4}-\d{2}-\d{2})\/([0-9a-f]{64})\.webp$/;

export interface BranchChange {
  /** Where each picture is, by hash. */
  readonly paths: ReadonlyMap<string, string>;
  /** Hashes of those that are not there yet. */
  readonly added: readonly string[];
  /** Paths to take away. */
  readonly pruned: readonly string[];
}

/**
 * What has to change so that the branch, which has files at `there`, holds the pictures. Paths that are no
 * pictures of ours stay; where nothing is added, all does.
 */
export function planChange(
  there: readonly string[],
  hashes: readonly string[],
  nowMs: number,
): BranchChange {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const ageOf = (day: string) => (Date.parse(today) - Date.parse(day)) / DAY_MS;
  const own = there
    .flatMap((path) => {
      const [, day = '', hash = ''] = OWN_PATH.exec(path) ?? [];
      return hash === '' || Number.isNaN(Date.parse(day))
        ? []
        : [{ path, hash, ageDays: ageOf(day) }];
    })
    .sort((a, b) => a.ageDays - b.ageDays);
  const fresh = new Map(
    own.filter(({ ageDays }) => ageDays < FRESH_DAYS).map(({ hash, path }) => [hash, path]),
  );
  const wanted = [...new Set(hashes)];
  const added = wanted.filter((hash) => !fresh.has(hash));
  const paths = new Map(wanted.map((hash) => [hash, fresh.get(hash) ?? `${today}/${hash}.webp`]));
  if (added.length === 0) return { paths, added, pruned: [] };
  const isOverdue = own.some(({ ageDays }) => ageDays > LATEST_DAYS);
  const isFull = own.length + added.length > MOST_PICTURES;
  const used = new Set(paths.values());
  const pruned = own
    .filter(
      ({ path, ageDays }, index) =>
        !used.has(path) &&
        ((isOverdue && ageDays > KEPT_DAYS) || (isFull && index >= KEPT_PICTURES - added.length)),
    )
    .map(({ path }) => path);
  return { paths, added, pruned };
}
