import { createHash } from 'node:crypto';
import { MediaError } from '../errors.ts';
import { resolveInside } from '../media/contain.ts';
import type { AssetSource } from '../types.ts';
import type { DraftContext } from './context.ts';
import { fetchFile } from './fetch-file.ts';
import { hostOf, readBody, refuseEncoding } from './http.ts';

/** The planned clip was at most 200 MB; what is fetched now must not be more. */
const MAX_BYTES = 200 * 1_048_576;

/** Absolute path of an asset on this machine; a URL is fetched into the state directory once. */
export async function assetPath(context: DraftContext, source: AssetSource): Promise<string> {
  const { ports, workspace, stateDirectory, stop, allowLoopback } = context;
  if (source.kind === 'file') return resolveInside(ports, workspace, source.path);
  const name = createHash('sha256').update(source.url).digest('hex').slice(0, 32);
  const path = `${stateDirectory}/assets/${name}`;
  const response = await fetchFile(ports, {
    url: source.url,
    allowLoopback,
    signal: stop.requested,
  });
  if (response.status !== 200) {
    response.body.destroy();
    throw new MediaError(`${hostOf(source.url)} answers HTTP ${response.status}; check the link`);
  }
  refuseEncoding(response);
  await ports.files.makeDirectory(`${stateDirectory}/assets`);
  await ports.files.remove(path);
  const writer = await ports.files.create(path);
  let bytes = 0;
  try {
    for await (const chunk of readBody(response.body)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES)
        throw new MediaError(`${hostOf(source.url)} has more than ${MAX_BYTES} bytes`);
      await writer.write(chunk);
    }
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  return path;
}
