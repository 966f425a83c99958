import type { Issue } from '../model/issue.ts';
import type { Transfer } from '../model/transfer.ts';
import { findGlobProblem, isGlob, matchGlob } from './globs.ts';
import { suggest } from './schema/did-you-mean.ts';
import { inputsLocation } from './source-location.ts';

const MOST_IDS_SHOWN = 20;

/** Keeps the transfers that the `only` input names by id or by a glob of ids; none named keeps all. */
export function selectOnly(
  transfers: readonly Transfer[],
  only: readonly string[],
): { readonly selected: readonly Transfer[]; readonly issues: readonly Issue[] } {
  if (only.length === 0) return { selected: transfers, issues: [] };
  const ids = transfers.map(({ id }) => id);
  const chosen = new Set<string>();
  const issues: Issue[] = [];
  for (const name of only) {
    const problem = findGlobProblem(name);
    const matches = problem != null ? [] : isGlob(name) ? matchGlob(name, ids) : [name];
    const found = matches.filter((id) => ids.includes(id));
    for (const id of found) chosen.add(id);
    if (found.length > 0) continue;
    const shown = ids.slice(0, MOST_IDS_SHOWN).join(', ');
    const rest = ids.length > MOST_IDS_SHOWN ? ` and ${ids.length - MOST_IDS_SHOWN} more` : '';
    const message = `${JSON.stringify(name)} ${problem ?? `is not the id of any transfer${suggest(ids, name)}`}; the ids are ${shown}${rest}`;
    issues.push(inputsLocation.issue('error', ['only'], message));
  }
  return { selected: transfers.filter(({ id }) => chosen.has(id)), issues };
}
