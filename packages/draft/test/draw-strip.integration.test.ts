import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawStrip, type StripCell } from '../src/draw-strip.ts';
import { MotionUnreadableError } from '../src/errors.ts';
import { layOutStrip } from '../src/strip/layout.ts';
import { inTemporaryFolder, writeClip } from './helpers/media.ts';

const FPS = 8;
const MAX_BYTES = 150_000;
const timesOf = (seconds: number) => Array.from({ length: FPS * seconds }, (_, i) => i / FPS);

/** The colour at a point of one frame. */
async function colourAt(strip: string, frame: number, x: number, y: number) {
  const { data, info } = await sharp(strip, { page: frame })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = 3 * (y * info.width + x);
  return [...data.subarray(at, at + 3)];
}

async function writeCharacter(path: string): Promise<void> {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  await sharp({ create: { width: 90, height: 180, channels: 4, background } })
    .png()
    .toFile(path);
}

test('a strip shows the character on paper and both clips at the same moments, marked as a draft', async () => {
  await inTemporaryFolder(async (folder) => {
    const [character, reference, draft, strip] = [
      join(folder, 'character.png'),
      join(folder, 'reference.mp4'),
      join(folder, 'draft.mp4'),
      join(folder, 'below', 'strip.webp'),
    ];
    await writeCharacter(character);
    // Brightness tells the time: 60 levels a second.
    const luma = (_x: number, _y: number, frame: number) => 40 + (60 * frame) / FPS;
    await writeClip(reference, { width: 96, height: 96, times: timesOf(4), luma });
    await writeClip(draft, { width: 96, height: 96, times: timesOf(1), luma });
    const cells: readonly StripCell[] = [
      { role: 'character', kind: 'image', path: character },
      { role: 'reference', kind: 'video', path: reference },
      { role: 'draft', kind: 'video', path: draft },
    ];
    const report = await drawStrip({ cells, output: strip, maxBytes: MAX_BYTES });
    const metadata = await sharp(strip).metadata();
    expect(metadata).toMatchObject({ format: 'webp', pages: 24, loop: 0 });
    expect(metadata.delay).toEqual(Array(24).fill(125));
    expect(report).toMatchObject({
      frames: 24,
      width: metadata.width,
      bytes: (await readFile(strip)).length,
    });
    expect(report.width).toBeLessThanOrEqual(600);

    const layout = layOutStrip([0.5, 1, 1]);
    const middles = layout.cells.map(({ left, top, width, height }) => ({
      x: left + (width >> 1),
      y: top + (height >> 1),
    }));
    const [paper, first, second] = await Promise.all(
      middles.map(async ({ x, y }) => [
        await colourAt(strip, 0, x, y),
        await colourAt(strip, 6, x, y),
        await colourAt(strip, 20, x, y),
      ]),
    );
    for (const colour of paper ?? []) expect(Math.min(...colour)).toBeGreaterThan(220);
    const [[start = 0] = [], [early = 0] = [], [late = 0] = []] = first ?? [];
    expect(early).toBeGreaterThan(start + 30);
    expect(late).toBeGreaterThan(early + 80);
    const [, [earlyDraft = 0] = [], [lateDraft = 0] = []] = second ?? [];
    expect(Math.abs(earlyDraft - early)).toBeLessThan(8);
    // It is over by then, and its last picture stays.
    expect(Math.abs(lateDraft - earlyDraft)).toBeLessThan(20);

    // The plate behind the word DRAFT is yellow, and there is none below the others.
    const plateOf = async (index: number) => {
      const cell = layout.cells[index];
      if (cell == null) throw new Error(`there is no cell ${index}`);
      return colourAt(strip, 0, cell.left + (cell.width >> 1), cell.top + cell.height + 6);
    };
    const [red = 0, , blue = 255] = await plateOf(2);
    expect(red - blue).toBeGreaterThan(100);
    expect(Math.max(...(await plateOf(1)))).toBeLessThan(80);
  });
});

test('the same pictures are the same bytes', async () => {
  await inTemporaryFolder(async (folder) => {
    const clip = join(folder, 'clip.mp4');
    await writeClip(clip, { width: 64, height: 96, times: timesOf(1) });
    const cells: readonly StripCell[] = [{ role: 'result', kind: 'video', path: clip }];
    const [one, two] = [join(folder, 'one.webp'), join(folder, 'two.webp')];
    await drawStrip({ cells, output: one, maxBytes: MAX_BYTES });
    await drawStrip({ cells, output: two, maxBytes: MAX_BYTES });
    expect((await readFile(one)).equals(await readFile(two))).toBe(true);
  });
});

test('a clip that cannot be decoded is named', async () => {
  await inTemporaryFolder(async (folder) => {
    const clip = join(folder, 'clip.mp4');
    await writeFile(clip, 'no video');
    const cells: readonly StripCell[] = [{ role: 'draft', kind: 'video', path: clip }];
    const drawn = drawStrip({ cells, output: join(folder, 'strip.webp'), maxBytes: MAX_BYTES });
    await expect(drawn).rejects.toThrow(MotionUnreadableError);
  });
});
