import type { GitExit } from '../../../ports.ts';
import type { Repository } from './repository.ts';

const FIRST_STEP = 32;
const STEP_GROWTH = 4;

/** `failed`: the history could not be brought, and how the fetch ended. */
export type Descent =
  | { readonly kind: 'descends'; readonly tip: string }
  | { readonly kind: 'rewritten' }
  | { readonly kind: 'failed'; readonly fetch: GitExit };

/**
 * Whether the newest commit of the branch has `older` behind it. Only one commit of the history is
 * fetched at first; more is brought in growing steps, until `older` shows up or there is no more.
 * Meanwhile the branch may move on: `tip` is its newest commit at the end. `null`: nothing to lead back to.
 */
export async function checkDescent(
  repository: Repository,
  older: string | null,
  signal: AbortSignal,
): Promise<Descent> {
  let tip = await repository.tip();
  let count = -1;
  for (let step = FIRST_STEP; ; step *= STEP_GROWTH) {
    if (older == null || older === tip || (await repository.isAncestor(older, tip))) {
      return { kind: 'descends', tip };
    }
    const reached = await repository.countCommits(tip);
    if (reached === count) return { kind: 'rewritten' };
    count = reached;
    const fetch = await repository.fetch([`--deepen=${step}`], signal);
    if (fetch.exitCode !== 0) return { kind: 'failed', fetch };
    tip = await repository.tip();
  }
}
