import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DraftReport, renderDraft } from '../src/index.ts';
import { type ClipSpec, inTemporaryFolder, writeClip, writeFigure } from './helpers/media.ts';
import { createPerformer, HEIGHT, WIDTH } from './performers/performer.ts';

/** Frames that last 1/30 s and 2/30 s in turn. */
const uneven = (count: number) => Array.from({ length: count }, (_, i) => (i + (i >> 1)) / 30);

/** A waving performer lying on the side in the file: only its rotation makes it stand. */
function lyingPerformer(count: number): ClipSpec {
  const draw = createPerformer({ body: 'casual', motion: 'waving', background: 'plain', seed: 2 });
  const frames = Array.from({ length: count }, (_, i) => draw(i, 15).rgb);
  const colourAt = (x: number, y: number, frame: number) => {
    const p = 3 * (x * WIDTH + (WIDTH - 1 - y));
    return frames[frame]?.subarray(p, p + 3) ?? [];
  };
  return {
    width: HEIGHT,
    height: WIDTH,
    times: uneven(count),
    rotation: 90,
    sound: true,
    luma: (x, y, frame) => {
      const [red = 0, green = 0, blue = 0] = colourAt(x, y, frame);
      return 16 + 0.257 * red + 0.504 * green + 0.098 * blue;
    },
    chroma: (x, y, frame) => {
      const [red = 0, green = 0, blue = 0] = colourAt(x, y, frame);
      return [
        128 - 0.148 * red - 0.291 * green + 0.439 * blue,
        128 + 0.439 * red - 0.368 * green - 0.071 * blue,
      ];
    },
  };
}

const passingBox: ClipSpec = {
  width: 160,
  height: 90,
  times: uneven(24),
  sound: true,
  luma: (x, y, f) => (y > 20 && y < 30 && x > 2 * f && x < 2 * f + 60 ? 220 : 70),
};

test.each([
  {
    name: 'a puppet',
    clip: () => lyingPerformer(24),
    method: 'puppet',
    size: [WIDTH, HEIGHT],
    // One worker, none, more than cores, and the first number once more.
    workerCounts: [1, 0, 8, 1],
  },
  {
    name: 'a whole body',
    clip: () => passingBox,
    method: 'whole body',
    size: [160, 90],
    workerCounts: [1, 3, 1],
  },
])(
  '$name with sound and uneven times is the same file for any number of workers and in every run',
  ({ clip, method, size, workerCounts }) =>
    inTemporaryFolder(async (folder) => {
      const motionPath = join(folder, 'clip.mp4');
      const characterPath = join(folder, 'figure.png');
      const outputPath = join(folder, 'out.mp4');
      const spec = clip();
      await writeClip(motionPath, spec);
      await writeFigure(characterPath);
      const hashes = new Set<string>();
      let report: DraftReport | null = null;
      for (const workers of workerCounts) {
        report = await renderDraft({
          characterPath,
          motionPath,
          outputPath,
          workers,
          keepOriginalSound: true,
        });
        hashes.add(
          createHash('sha256')
            .update(await readFile(outputPath))
            .digest('hex'),
        );
      }
      expect([...hashes]).toHaveLength(1);
      expect(report).toMatchObject({
        method,
        hasSound: true,
        frames: spec.times.length,
        width: size[0],
        height: size[1],
      });
    }),
);
