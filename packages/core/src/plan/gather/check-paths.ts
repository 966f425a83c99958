import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { resolveInside } from '../../media/paths.ts';
import { MotionTransferError, messageOf } from '../../model/errors.ts';
import type { Ports } from '../../ports.ts';

const CHECKS_AT_ONCE = 8;
/** No image or clip that a provider takes is near this size; it is refused before it is read. */
const MAX_ASSET_BYTES = 1024 * 1_048_576;

/** Problems by path; a hostile path is one transfer's problem, never the whole plan's. */
export async function findProblems(
  paths: readonly string[],
  check: (path: string) => Promise<string | null>,
): Promise<Map<string, string>> {
  const limit = pLimit(CHECKS_AT_ONCE);
  const found = new Map<string, string>();
  const look = async (path: string) => {
    const problem = await check(path).catch((error: unknown) => {
      if (error instanceof MotionTransferError) return messageOf(error);
      throw error;
    });
    if (problem != null) found.set(path, problem);
  };
  await Promise.all([...new Set(paths)].map((path) => limit(() => look(path))));
  return found;
}

/** What keeps an asset of this path from being read; `null` for none. */
export async function checkAssetPath(
  ports: Ports,
  workspace: string,
  path: string,
): Promise<string | null> {
  const stat = await ports.files.stat(await resolveInside(ports, workspace, path));
  return stat != null && stat.bytes > MAX_ASSET_BYTES
    ? `${path} has ${stat.bytes} bytes, more than any provider reads; make it smaller`
    : null;
}

/** Whether a video can be put there: found out before it is paid for. */
export async function checkOutputPath(
  ports: Ports,
  workspace: string,
  path: string,
): Promise<string | null> {
  const real = await resolveInside(ports, workspace, path);
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth++) {
    const parent = names.slice(0, depth).join('/');
    const stat = await ports.files.stat(await ports.files.realPath(`${workspace}/${parent}`));
    if (stat == null) break;
    if (stat.kind !== 'directory') {
      return `${path} cannot be written, because ${parent} is a file; choose another output`;
    }
  }
  const problem = await ports.files.whyNotWritable(dirname(real));
  return problem == null
    ? null
    : `${path} cannot be written: ${problem}; give the user of this step the right to write there, or choose another output`;
}
