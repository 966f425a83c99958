import pLimit from 'p-limit';
import { sha256OfFile } from '../../media/hash.ts';
import { readOtherIdentities } from '../../media/identity/blob-ids.ts';
import { resolveInside } from '../../media/paths.ts';
import type { Plan } from '../../model/plan.ts';
import type { Ports } from '../../ports.ts';
import { assemblePlan } from '../assemble.ts';
import type { AssetReport, PlanState } from '../planning-input.ts';
import type { Unread } from '../prior/record-index.ts';

const READ_AT_ONCE = 4;

/**
 * The plan of this state. What it cannot tell from identities alone is read, each file once, and it is made anew: an
 * asset that no record is about may be on record by another kind of identity, and so may a video.
 */
export async function assembleFromContent(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  gathered: PlanState,
): Promise<{ readonly plan: Plan; readonly state: PlanState }> {
  let state = gathered;
  for (;;) {
    const { plan, unread } = assemblePlan(state);
    if (unread.assets.size + unread.outputs.size === 0) return { plan, state };
    state = await readFiles(ports, workspace, state, unread);
  }
}

async function readFiles(
  { files }: Pick<Ports, 'files'>,
  workspace: string,
  state: PlanState,
  unread: Unread,
): Promise<PlanState> {
  const limit = pLimit(READ_AT_ONCE);
  const resolve = (path: string) => resolveInside({ files }, workspace, path);
  const readNames = async <Facts>(reports: ReadonlyMap<string, AssetReport<Facts>>) => {
    const read = [...reports].map(([key, report]) =>
      limit(async () => {
        const { identity } = report;
        if (identity == null || !unread.assets.has(key)) return [key, report] as const;
        const otherIdentities = await readOtherIdentities(files, await resolve(key), identity);
        return [key, { ...report, otherIdentities }] as const;
      }),
    );
    return new Map(await Promise.all(read));
  };
  const hashes = [...unread.outputs].map((path) =>
    limit(async () => [path, await sha256OfFile(files, await resolve(path))] as const),
  );
  const [characters, motions, outputHashes] = await Promise.all([
    readNames(state.characters),
    readNames(state.motions),
    Promise.all(hashes),
  ]);
  return {
    ...state,
    characters,
    motions,
    outputHashes: new Map([...state.outputHashes, ...outputHashes]),
  };
}
