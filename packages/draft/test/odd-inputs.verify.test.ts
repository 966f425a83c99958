import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
// The built module: drawing starts two hundred processes here, and stripping types in each would take most of the time.
import { DraftError, renderDraft } from '@motion-transfer/draft';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createRandom } from '../src/image/random.ts';
import {
  type ClipSpec,
  FIGURE,
  inTemporaryFolder,
  writeClip,
  writeFigure,
} from './helpers/media.ts';

const SEED = 20_260_101;
/** Drafts at a time: each is a process that mostly waits for its start. */
const LANES = 3;

/** Ends in a draft or in a typed error whose message names the file. */
async function endsWell(
  characterPath: string,
  motionPath: string,
  outputPath: string,
): Promise<'draft' | 'error'> {
  try {
    const report = await renderDraft({
      characterPath,
      motionPath,
      outputPath,
      workers: 0,
      maxSide: 96,
      maxSeconds: 1,
    });
    expect(report.frames).toBeGreaterThan(0);
    return 'draft';
  } catch (error) {
    if (!(error instanceof DraftError)) throw error;
    expect(error.message.length).toBeGreaterThan(20);
    return 'error';
  }
}

test('more than 200 odd characters and motions end in a draft or a typed error', () =>
  inTemporaryFolder(async (folder) => {
    const random = createRandom(SEED);
    const motions: string[] = [];
    const characters: string[] = [];
    const motion = async (name: string, make: (path: string) => Promise<void>) => {
      const path = join(folder, name);
      await make(path);
      motions.push(path);
    };
    const character = async (name: string, make: (path: string) => Promise<unknown>) => {
      const path = join(folder, name);
      await make(path);
      characters.push(path);
    };
    const valid = join(folder, 'valid.mp4');
    const figure = join(folder, 'valid.png');
    await writeClip(valid, { width: 48, height: 48, times: [0, 0.1, 0.2, 0.3] });
    await writeFigure(figure);
    const clip = await readFile(valid);
    const picture = await readFile(figure);

    const shapes: [string, number, number, number][] = [
      ['tiny', 2, 2, 3],
      ['one frame', 32, 32, 1],
      ['wide', 400, 16, 3],
      ['tall', 16, 400, 3],
      ['odd', 33 * 2, 17 * 2, 3],
      ['large', 3840, 2160, 2],
    ];
    for (const [name, width, height, count] of shapes) {
      await motion(`${name}.mp4`, (path) =>
        writeClip(path, {
          width,
          height,
          times: Array.from({ length: count }, (_, i) => i / 10),
        }),
      );
    }
    await motion('still.mp4', (path) =>
      writeClip(path, { width: 48, height: 48, times: [0, 0.1, 0.2], luma: () => 90 }),
    );
    await motion('noise.mp4', (path) =>
      writeClip(path, {
        width: 48,
        height: 48,
        times: [0, 0.1, 0.2],
        luma: () => 255 * random(),
      }),
    );
    await motion('shake.mp4', (path) =>
      writeClip(path, {
        width: 64,
        height: 48,
        times: [0, 0.1, 0.2, 0.3],
        luma: (x, y, f) => ((x + 3 * f) * 37 + y * 11) % 200,
      }),
    );
    const oddly: Record<string, Partial<ClipSpec>> = {
      'turned a quarter': { rotation: 90 },
      'turned a half': { rotation: 180 },
      'with HEVC': { codec: 'hevc' },
      'with sound': { sound: true },
      'a picture a second': { times: [0, 1, 2] },
      'at 240 a second': { times: [0, 1 / 240, 2 / 240, 3 / 240] },
      'with a gap': { times: [0, 0.04, 0.9, 0.94] },
      'late to begin': { times: [0.7, 0.8, 0.9] },
      black: { luma: () => 16 },
      white: { luma: () => 255 },
      blinking: { luma: (_x, _y, frame) => (frame % 2 === 0 ? 16 : 235) },
      'fading in': { luma: (x, _y, frame) => 16 + (frame / 3) * ((x * 37) % 200) },
    };
    for (const [name, spec] of Object.entries(oddly)) {
      await motion(`${name}.mp4`, (path) =>
        writeClip(path, { width: 48, height: 48, times: [0, 0.1, 0.2, 0.3], ...spec }),
      );
    }
    await motion('only sound.m4a', (path) => writeFile(path, clip.subarray(0, 8)));
    await motion('a folder.mp4', async (path) => void (await mkdir(path)));
    await motion('missing.mp4', async () => undefined);
    await motion('empty.mp4', (path) => writeFile(path, ''));
    await motion('text.mp4', (path) => writeFile(path, 'not a video'));
    await motion('image.mp4', (path) => writeFile(path, picture));
    await motion('header.mp4', (path) => writeFile(path, clip.subarray(0, 32)));
    for (let i = 0; i < 45; i++) {
      await motion(`cut-${i}.mp4`, (path) =>
        writeFile(path, clip.subarray(0, Math.floor(random() * clip.length))),
      );
    }
    for (let i = 0; i < 45; i++) {
      await motion(`damaged-${i}.mp4`, (path) => writeFile(path, damage(clip, random)));
    }
    await motion('endless.mp4', async (path) => writeFile(path, lieAboutSamples(clip)));

    const svg = sharp(Buffer.from(FIGURE));
    await character('dot.png', (path) =>
      sharp({ create: { width: 1, height: 1, channels: 4, background: '#f00' } })
        .png()
        .toFile(path),
    );
    await character('line.png', (path) =>
      sharp({ create: { width: 300, height: 1, channels: 3, background: '#0f0' } })
        .png()
        .toFile(path),
    );
    await character('empty.png', (path) =>
      sharp({
        create: {
          width: 40,
          height: 40,
          channels: 4,
          background: { r: 0, g: 0, b: 0, alpha: 0 },
        },
      })
        .png()
        .toFile(path),
    );
    await character('speck.png', (path) =>
      sharp({
        create: {
          width: 40,
          height: 40,
          channels: 4,
          background: { r: 0, g: 0, b: 0, alpha: 0 },
        },
      })
        .composite([
          {
            input: { create: { width: 2, height: 2, channels: 4, background: '#f00' } },
            left: 5,
            top: 5,
          },
        ])
        .png()
        .toFile(path),
    );
    await character('full.jpg', (path) =>
      sharp({ create: { width: 60, height: 60, channels: 3, background: '#456' } })
        .jpeg()
        .toFile(path),
    );
    await character('plain.jpg', (path) =>
      svg.clone().flatten({ background: '#cde' }).jpeg().toFile(path),
    );
    await character('cmyk.jpg', (path) =>
      svg.clone().flatten({ background: '#fff' }).toColourspace('cmyk').jpeg().toFile(path),
    );
    await character('deep.png', (path) => svg.clone().toColourspace('rgb16').png().toFile(path));
    await character('grey.png', (path) =>
      svg.clone().flatten({ background: '#fff' }).greyscale().png().toFile(path),
    );
    await character('webp.webp', (path) => svg.clone().webp().toFile(path));
    await character('moving.gif', (path) =>
      sharp([picture, picture], { join: { animated: true } })
        .gif()
        .toFile(path),
    );
    await character('wide.png', (path) =>
      svg.clone().resize(2000, 40, { fit: 'fill' }).png().toFile(path),
    );
    await character('big.png', (path) => svg.clone().resize(2600, 3900).png().toFile(path));
    await character('noise.png', (path) =>
      sharp(Buffer.from(Array.from({ length: 3 * 64 * 64 }, () => Math.floor(256 * random()))), {
        raw: { width: 64, height: 64, channels: 3 },
      })
        .png()
        .toFile(path),
    );
    await character('film.png', (path) => writeFile(path, clip));
    await character('a folder.png', (path) => mkdir(path));
    await character('missing.png', async () => undefined);
    await character('drawing.svg', (path) => writeFile(path, FIGURE));
    await character('endless.svg', (path) =>
      writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="900000" height="900000"/>'),
    );
    await character('turned.jpg', (path) =>
      svg
        .clone()
        .flatten({ background: '#fff' })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toFile(path),
    );
    await character('scan.tiff', (path) => svg.clone().tiff().toFile(path));
    await character('palette.png', (path) => svg.clone().png({ palette: true }).toFile(path));
    await character('half seen.png', (path) => svg.clone().ensureAlpha(0.1).png().toFile(path));
    await character('column.png', (path) =>
      sharp({ create: { width: 1, height: 3000, channels: 3, background: '#00f' } })
        .png()
        .toFile(path),
    );
    await character('edge to edge.png', (path) => svg.clone().trim().png().toFile(path));
    await character('text.png', (path) => writeFile(path, 'not an image'));
    await character('empty.bin', (path) => writeFile(path, ''));
    for (let i = 0; i < 40; i++) {
      await character(`cut-${i}.png`, (path) =>
        writeFile(path, picture.subarray(0, Math.floor(random() * picture.length))),
      );
    }
    for (let i = 0; i < 41; i++) {
      await character(`damaged-${i}.png`, (path) => writeFile(path, damage(picture, random)));
    }
    const pairs = [
      ...motions.map((path): [string, string] => [figure, path]),
      ...characters.map((path): [string, string] => [path, valid]),
    ];
    expect(pairs.length).toBeGreaterThanOrEqual(200);
    const ends = { draft: 0, error: 0 };
    const runNext = async (lane: number) => {
      for (let pair = pairs.pop(); pair != null; pair = pairs.pop()) {
        const [characterPath, motionPath] = pair;
        const outputPath = join(folder, `out-${lane}.mp4`);
        const end = await endsWell(characterPath, motionPath, outputPath).catch(
          (error: unknown) => {
            throw new Error(`${characterPath} with ${motionPath}, seed ${SEED}`, {
              cause: error,
            });
          },
        );
        ends[end]++;
        expect(await exists(outputPath)).toBe(end === 'draft');
        await rm(outputPath, { force: true });
      }
    };
    const before = await readdir(folder);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runNext(lane)));
    expect(await readdir(folder)).toEqual(before);
    expect(ends.draft).toBeGreaterThan(20);
    expect(ends.error).toBeGreaterThan(20);
  }));

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Flips a few bytes anywhere. */
function damage(file: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(file);
  for (let i = 0; i < 8; i++) copy[Math.floor(random() * copy.length)] = Math.floor(256 * random());
  return copy;
}

/** Claims four billion frames that last no time in the table of times (`stts`). */
function lieAboutSamples(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const table = copy.indexOf('stts', 0, 'latin1');
  copy.writeUInt32BE(0xffff_ffff, table + 12);
  copy.writeUInt32BE(0, table + 16);
  return copy;
}
