import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMotion } from '../src/decode/open-motion.ts';
import { BT601, BT709 } from '../src/image/colour-coding.ts';
import { renderDraft } from '../src/index.ts';
import { inTemporaryFolder, writeClip, writeFigure } from './helpers/media.ts';

const standard = (name: 'bt709' | 'smpte170m') => ({
  primaries: name,
  transfer: name,
  matrix: name,
});

test.each([
  { colours: { ...standard('bt709'), fullRange: true }, coding: { ...BT709, fullRange: true } },
  { colours: { ...standard('bt709'), fullRange: false }, coding: BT709 },
  { colours: { ...standard('smpte170m'), fullRange: true }, coding: { ...BT601, fullRange: true } },
  { colours: { ...standard('smpte170m'), fullRange: false }, coding: BT601 },
])(
  'a draft is coded as its clip, $colours.matrix, full range $colours.fullRange, and says so',
  ({ colours, coding }) =>
    inTemporaryFolder(async (folder) => {
      const motionPath = join(folder, 'clip.mp4');
      const characterPath = join(folder, 'figure.png');
      const outputPath = join(folder, 'out.mp4');
      // Darker than limited range allows.
      const wall = colours.fullRange ? 4 : 40;
      await writeClip(motionPath, {
        width: 64,
        height: 48,
        times: [0, 0.1, 0.2, 0.3],
        colours,
        luma: (x, y, frame) => (Math.hypot(x - 30 - 4 * frame, y - 24) < 10 ? 200 : wall),
      });
      await writeFigure(characterPath);
      await renderDraft({ characterPath, motionPath, outputPath, workers: 0, shortSide: 720 });
      const draft = await openMotion(outputPath);
      expect(draft.coding).toEqual(coding);
      for await (const { picture } of draft.frames(1)) {
        const { y, yStride } = await picture();
        expect(Math.abs((y[20 * yStride + 20] ?? 0) - wall)).toBeLessThan(4);
      }
      draft.close();
    }),
);

test('a video that starts after its sound keeps that distance', () =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'clip.mp4');
    const characterPath = join(folder, 'figure.png');
    const outputPath = join(folder, 'out.mp4');
    const times = [0.5, 0.6, 0.75, 0.8, 0.9, 1];
    await writeClip(motionPath, { width: 64, height: 48, times, sound: true });
    await writeFigure(characterPath);
    await renderDraft({
      characterPath,
      motionPath,
      outputPath,
      workers: 0,
      keepOriginalSound: true,
    });
    const startsOf = async (path: string) => {
      const motion = await openMotion(path);
      const sound = await motion.audio?.getFirstTimestamp();
      const shown: number[] = [];
      for await (const { timeS } of motion.frames(2)) shown.push(Math.round(1000 * timeS));
      motion.close();
      return { sound: Math.round(1000 * (sound ?? Number.NaN)), shown };
    };
    const draft = await startsOf(outputPath);
    expect(draft.shown).toEqual(times.map((time) => Math.round(1000 * time)));
    expect(Math.abs(draft.sound - (await startsOf(motionPath)).sound)).toBeLessThan(25);
  }));

test.each([5, 25, 60])('a clip of %i frames a second keeps all of them', (fps) =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'clip.mp4');
    const characterPath = join(folder, 'figure.png');
    const outputPath = join(folder, 'out.mp4');
    const times = Array.from({ length: fps }, (_, i) => i / fps);
    await writeClip(motionPath, { width: 64, height: 48, times });
    await writeFigure(characterPath);
    const report = await renderDraft({ characterPath, motionPath, outputPath, workers: 0 });
    expect(report.frames).toBe(fps);
    const draft = await openMotion(outputPath);
    const shown: number[] = [];
    for await (const { timeS } of draft.frames(2)) shown.push(Math.round(1000 * timeS));
    draft.close();
    expect(shown).toEqual(times.map((time) => Math.round(1000 * time)));
  }),
);
