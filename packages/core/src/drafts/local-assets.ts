import { dirname } from 'node:path';
import { saveBody } from '../http/body.ts';
import { hostOf } from '../http/call-api.ts';
import { adviseOnStatus, readFileRepeatedly } from '../http/fetch-file.ts';
import { sha256OfFile } from '../media/hash.ts';
import { resolveInside } from '../media/paths.ts';
import { MAX_URL_ASSET_BYTES } from '../media/url.ts';
import { MediaError } from '../model/errors.ts';
import type { PlannedAsset } from '../model/plan.ts';
import type { DraftContext } from '../purchase/context.ts';

/**
 * Absolute path of an asset on this machine. A URL is fetched once per run, into a file named by its
 * planned identity, and must still have the bytes the plan was made from.
 *
 * @throws MediaError when it cannot be fetched or has changed since the plan.
 */
export async function assetPath(
  context: DraftContext,
  { source, identity }: PlannedAsset,
): Promise<string> {
  const { ports, workspace } = context;
  if (source.kind === 'file') return resolveInside(ports, workspace, source.path);
  const planned = /^sha256:([0-9a-f]{64})$/.exec(identity ?? '')?.[1];
  if (planned == null)
    throw new MediaError(`${hostOf(source.url)} was not identified by the plan; plan again`);
  const path = `${fetchedDirectory(context)}/${planned}`;
  if ((await sha256OfFile(ports.files, path)) === planned) return path;
  const found = await fetchInto(context, source.url, path);
  if (found !== planned) {
    await ports.files.remove(path);
    throw new MediaError(
      `${hostOf(source.url)} has changed since the plan was made (sha256 ${found.slice(0, 12)}… instead of ${planned.slice(0, 12)}…); plan again`,
    );
  }
  return path;
}

/** Removes what `assetPath` fetched; called when nothing more is drawn. What cannot be removed is checked when it is met again. */
export async function removeFetchedAssets(
  context: Pick<DraftContext, 'ports' | 'stateDirectory'>,
): Promise<void> {
  const { files } = context.ports;
  const directory = fetchedDirectory(context);
  const entries = await files.listDirectory(directory).catch(() => []);
  for (const { name } of entries) await files.remove(`${directory}/${name}`).catch(() => undefined);
}

function fetchedDirectory({ stateDirectory }: Pick<DraftContext, 'stateDirectory'>): string {
  return `${stateDirectory}/assets`;
}

/** Returns the sha256 of what was fetched. */
async function fetchInto(context: DraftContext, url: string, path: string): Promise<string> {
  const { ports, stop, allowLoopback } = context;
  const limits = { what: hostOf(url), maxBytes: MAX_URL_ASSET_BYTES };
  await ports.files.makeDirectory(dirname(path));
  const request = { url, allowLoopback, signal: stop.requested };
  return readFileRepeatedly(ports, request, async (response) => {
    const { status } = response;
    if (status === 200) return (await saveBody(ports, response, path, limits)).sha256;
    response.body.destroy();
    throw new MediaError(
      `${hostOf(url)} answers HTTP ${status}; ${adviseOnStatus(status, 'link')}`,
    );
  });
}
