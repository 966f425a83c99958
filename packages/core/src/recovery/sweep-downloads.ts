import { messageOf } from '../model/errors.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { holdsMoney } from '../model/purchase/purchase-state.ts';
import { artifactsDirectory, type OpenRun } from '../purchase/context.ts';
import { downloadPath, downloadsDirectory } from '../purchase/paid-job.ts';

/**
 * Removes what runs that were killed left in the state directory: downloads of purchases that are
 * settled, and unpacked artifacts. A download of no purchase on record stays: another record may know it.
 */
export async function sweepDownloads(context: OpenRun): Promise<void> {
  const { store, ports, stateDirectory } = context;
  try {
    await ports.files.removeDirectory(artifactsDirectory(stateDirectory));
    const directory = downloadsDirectory(context);
    const entries = await ports.files.listDirectory(directory).catch(() => []);
    const left = entries.map(({ name }) => `${directory}/${name}`);
    if (left.length === 0) return;
    const settled = new Set(
      [...store.purchases.values()]
        .filter(isSettled)
        .map(({ fingerprint }) => downloadPath(context, fingerprint)),
    );
    for (const path of left)
      if (settled.has(path.replace(/\.part$/, ''))) await ports.files.remove(path);
  } catch (error) {
    ports.log.warning(
      `leftovers of earlier runs below ${stateDirectory} could not be removed: ${messageOf(error)}`,
    );
  }
}

/** Whatever it cost: a failure has no video to wait for. */
function isSettled({ state }: Purchase): boolean {
  return state === 'failed-charged' || !holdsMoney(state);
}
