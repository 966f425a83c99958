import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Performer, PerformRequest } from '../types.ts';

/** Rendering takes seconds: kept from one process to the next, by everything that went into it. */
const CACHE = resolve(
  import.meta.dirname,
  '../../../../node_modules/.cache/motion-transfer/performances',
);
const ENGINE = resolve(import.meta.dirname, '../../../draft/lib');
const SHORT_SIDE = { standard: 720, pro: 1080 } as const;

let engineVersion: Promise<string> | undefined;

/** Answers with the free draft engine's film of the character performing the motion. */
export const draftPerformer: Performer = async (request) => {
  engineVersion ??= hashEngine();
  const kept = join(CACHE, `${keyOf(await engineVersion, request)}.mp4`);
  const earlier = await readFile(kept).catch(() => null);
  if (earlier != null) return earlier;
  const bytes = await render(request);
  await mkdir(CACHE, { recursive: true });
  const beside = `${kept}.${randomUUID()}`;
  await writeFile(beside, bytes);
  await rename(beside, kept);
  return bytes;
};

async function render(request: PerformRequest): Promise<Uint8Array> {
  // Loaded with the first film: the native codec behind it is large.
  const { renderDraft } = await import('@motion-transfer/draft');
  const directory = await mkdtemp(join(tmpdir(), 'emulated-performance-'));
  try {
    const paths = {
      characterPath: join(directory, 'character'),
      motionPath: join(directory, 'motion.mp4'),
      outputPath: join(directory, 'output.mp4'),
    };
    await writeFile(paths.characterPath, request.characterBytes);
    await writeFile(paths.motionPath, request.motionBytes);
    await renderDraft({
      ...paths,
      orientation: request.orientation,
      keepOriginalSound: request.keepOriginalSound,
      shortSide: SHORT_SIDE[request.tier],
      maxSeconds: request.seconds,
    });
    return await readFile(paths.outputPath);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A changed engine makes other pictures: old ones are not answered. */
async function hashEngine(): Promise<string> {
  const scripts = (await readdir(ENGINE, { recursive: true }))
    .filter((path) => path.endsWith('.js'))
    .sort();
  const hash = createHash('sha256');
  for (const path of scripts) hash.update(path).update(await readFile(join(ENGINE, path)));
  return hash.digest('hex');
}

function keyOf(engine: string, request: PerformRequest): string {
  const { characterBytes, motionBytes, tier, orientation, keepOriginalSound, seconds } = request;
  return createHash('sha256')
    .update(JSON.stringify([engine, tier, orientation, keepOriginalSound, seconds]))
    .update(createHash('sha256').update(characterBytes).digest())
    .update(createHash('sha256').update(motionBytes).digest())
    .digest('hex');
}
