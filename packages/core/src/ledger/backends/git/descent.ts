import type { GitExit } from '../../../ports.ts';
import type { KnownVersion } from '../backend.ts';
import type { Repository } from './repository.ts';

const FIRST_STEP = 32;
const STEP_GROWTH = 4;
/** Commits alone are small: a long history comes in a few steps. */
const FIRST_STEP_OF_COMMITS = 1_024;

/** `failed`: the history could not be brought, and how the fetch ended. */
export type Descent =
  | { readonly kind: 'descends'; readonly tip: string }
  | { readonly kind: 'rewritten'; readonly lost: KnownVersion }
  | { readonly kind: 'failed'; readonly fetch: GitExit };

/**
 * Whether the newest commit of the branch has every known one behind it. Only one commit of the history is
 * fetched at first; more is brought in growing steps, until one of them shows up or there is no more: the way
 * to the newest is what is looked at. Those before it are looked for among commits without their files.
 * Meanwhile the branch may move on: `tip` is its newest commit at the end.
 */
export async function checkDescent(
  repository: Repository,
  known: readonly KnownVersion[],
  openCommits: () => Promise<Repository>,
  signal: AbortSignal,
): Promise<Descent> {
  let tip = await repository.tip();
  let count = -1;
  for (let step = FIRST_STEP; ; step *= STEP_GROWTH) {
    const behind = await repository.historyOf(tip);
    const missing = known.filter((version) => !behind.has(version.tip));
    const [lost] = missing;
    if (lost == null) return { kind: 'descends', tip };
    if (missing.length < known.length)
      return lookFurther(await openCommits(), tip, missing, signal);
    if (behind.size === count) return { kind: 'rewritten', lost };
    count = behind.size;
    const fetch = await repository.fetch([`--deepen=${step}`], signal);
    if (fetch.exitCode !== 0) return { kind: 'failed', fetch };
    tip = await repository.tip();
  }
}

/** A server that cannot leave files out sends them too: the answer is the same. */
async function lookFurther(
  commits: Repository,
  tip: string,
  known: readonly KnownVersion[],
  signal: AbortSignal,
): Promise<Descent> {
  const wanted = [{ tip, output: null }, ...known];
  let count = -1;
  for (let step = FIRST_STEP_OF_COMMITS; ; step *= STEP_GROWTH) {
    const depth = count < 0 ? `--depth=${step}` : `--deepen=${step}`;
    const fetch = await commits.fetch([depth], signal);
    if (fetch.exitCode !== 0) return { kind: 'failed', fetch };
    const behind = await commits.historyOf(await commits.tip());
    const lost = wanted.find((version) => !behind.has(version.tip));
    if (lost == null) return { kind: 'descends', tip };
    if (behind.size === count) return { kind: 'rewritten', lost };
    count = behind.size;
  }
}
