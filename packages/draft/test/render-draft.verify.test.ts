import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { expect, test } from 'vitest';
import { openMotion } from '../src/decode/open-motion.ts';
import {
  CharacterUnreadableError,
  DraftOptionsError,
  type DraftProgress,
  DraftStoppedError,
  MotionUnreadableError,
  renderDraft,
} from '../src/index.ts';
import { inTemporaryFolder, writeClip, writeFigure } from './helpers/media.ts';
import { filmPerformer } from './performers/film.ts';

const WAVER = { body: 'casual', motion: 'waving', background: 'plain', seed: 2 } as const;
const evenTimes = (count: number, fps: number) => Array.from({ length: count }, (_, i) => i / fps);

async function readFrames(path: string) {
  const motion = await openMotion(path);
  const frames: { timeS: number; width: number; height: number }[] = [];
  for await (const { timeS, picture } of motion.frames(60)) {
    const frame = await picture();
    frames.push({ timeS, width: frame.width, height: frame.height });
  }
  motion.close();
  return frames;
}

test('a performer is tracked, and the draft is the same file for any number of workers', () =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'wave.mp4');
    const characterPath = join(folder, 'figure.png');
    await filmPerformer(WAVER, motionPath, 36);
    await writeFigure(characterPath);
    const progress: DraftProgress[] = [];
    const render = (name: string, workers: number) =>
      renderDraft({
        characterPath,
        motionPath,
        outputPath: join(folder, name),
        workers,
        onProgress: (step) => progress.push(step),
      });
    const report = await render('a.mp4', 2);
    await render('b.mp4', 0);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => readFile(join(folder, `${name}.mp4`))),
    );
    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
    expect(report).toMatchObject({
      draft: true,
      method: 'puppet',
      frames: 36,
      width: 640,
      height: 360,
      hasSound: false,
    });
    expect(report.bytes).toBe(a?.length);
    expect(progress.at(-1)).toEqual({ phase: 'render and encode', done: 1 });
    const frames = await readFrames(join(folder, 'a.mp4'));
    expect(frames.length).toBe(36);
    frames.forEach((frame, i) => {
      expect(frame.timeS).toBeCloseTo(i / 24, 3);
      expect([frame.width, frame.height]).toEqual([640, 360]);
    });
    const input = new Input({
      source: new FilePathSource(join(folder, 'a.mp4')),
      formats: ALL_FORMATS,
    });
    expect((await input.getMetadataTags()).comment).toBe('draft');
    input.dispose();
  }));

test('sound is copied packet by packet when asked, and dropped when not', () =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'clip.mp4');
    const characterPath = join(folder, 'figure.png');
    await writeClip(motionPath, { width: 64, height: 48, times: evenTimes(12, 12), sound: true });
    await writeFigure(characterPath);
    const packetsOf = async (path: string) => {
      const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
      const track = await input.getPrimaryAudioTrack();
      const packets: Uint8Array[] = [];
      if (track != null)
        for await (const packet of new EncodedPacketSink(track).packets())
          packets.push(packet.data);
      input.dispose();
      return packets;
    };
    const loud = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'loud.mp4'),
      keepOriginalSound: true,
      workers: 0,
    });
    const silent = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'silent.mp4'),
      workers: 0,
    });
    expect([loud.hasSound, silent.hasSound]).toEqual([true, false]);
    const [before, after] = [
      await packetsOf(motionPath),
      await packetsOf(join(folder, 'loud.mp4')),
    ];
    expect(after.length).toBeGreaterThan(10);
    after.forEach((packet, i) => {
      expect(Buffer.from(packet).equals(Buffer.from(before[i] ?? new Uint8Array(0)))).toBe(true);
    });
    expect(await packetsOf(join(folder, 'silent.mp4'))).toEqual([]);
  }));

test('rotated, odd-sized and uneven clips keep their shape and their times', () =>
  inTemporaryFolder(async (folder) => {
    const characterPath = join(folder, 'figure.png');
    await writeFigure(characterPath);
    const motionPath = join(folder, 'clip.mp4');
    const times = [0, 0.04, 0.2, 0.23, 0.5, 0.9];
    await writeClip(motionPath, { width: 64, height: 48, times, rotation: 90 });
    const turned = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'out.mp4'),
      workers: 0,
    });
    expect([turned.width, turned.height]).toEqual([48, 64]);
    const frames = await readFrames(join(folder, 'out.mp4'));
    expect(frames.map((frame) => Math.round(1000 * frame.timeS))).toEqual(
      times.map((time) => Math.round(1000 * time)),
    );
    expect(frames.length).toBe(times.length);
    await writeClip(motionPath, { width: 62, height: 46, times: evenTimes(5, 5), codec: 'hevc' });
    const exact = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'x.mp4'),
      width: 90,
      height: 160,
      workers: 0,
    });
    expect([exact.width, exact.height, exact.frames]).toEqual([90, 160, 5]);
    const side = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'y.mp4'),
      shortSide: 92,
      workers: 0,
    });
    expect(Math.min(side.width, side.height)).toBe(92);
  }));

test('the orientation caps the duration, and the report says so', () =>
  inTemporaryFolder(async (folder) => {
    const characterPath = join(folder, 'figure.png');
    const motionPath = join(folder, 'clip.mp4');
    await writeFigure(characterPath);
    await writeClip(motionPath, { width: 32, height: 32, times: evenTimes(60, 5) });
    const options = { characterPath, motionPath, outputPath: join(folder, 'out.mp4'), workers: 0 };
    const image = await renderDraft({ ...options, orientation: 'image' });
    expect(image.durationS).toBeCloseTo(10, 1);
    expect(image.warnings.join(' ')).toContain('longer than 10 s');
    expect((await renderDraft({ ...options, orientation: 'video' })).durationS).toBeGreaterThan(
      11.5,
    );
    expect((await renderDraft({ ...options, maxSeconds: 2 })).durationS).toBeCloseTo(2, 1);
  }));

test('what is not a person moves as a whole, and the report says why', () =>
  inTemporaryFolder(async (folder) => {
    const motionPath = join(folder, 'box.mp4');
    await writeClip(motionPath, {
      width: 160,
      height: 90,
      times: evenTimes(30, 15),
      luma: (x, y, f) => (y > 20 && y < 30 && x > 2 * f && x < 2 * f + 60 ? 220 : 70),
    });
    const characterPath = join(folder, 'figure.png');
    await writeFigure(characterPath);
    const report = await renderDraft({
      characterPath,
      motionPath,
      outputPath: join(folder, 'out.mp4'),
      workers: 0,
    });
    expect(report.method).toBe('whole body');
    expect(report.misfits.length).toBeGreaterThan(0);
    expect(report.warnings.length).toBeGreaterThanOrEqual(report.misfits.length);
    expect((await readFrames(join(folder, 'out.mp4'))).length).toBe(30);
  }));

test('bad options, a missing file and a stop are typed errors and leave the old draft alone', () =>
  inTemporaryFolder(async (folder) => {
    const characterPath = join(folder, 'figure.png');
    const motionPath = join(folder, 'clip.mp4');
    const outputPath = join(folder, 'out.mp4');
    await writeFigure(characterPath);
    await writeClip(motionPath, { width: 32, height: 32, times: evenTimes(8, 8) });
    await writeFile(outputPath, 'old');
    const options = { characterPath, motionPath, outputPath, workers: 0 };
    await expect(renderDraft({ ...options, width: 100 })).rejects.toThrow(DraftOptionsError);
    await expect(renderDraft({ ...options, maxSide: 2.5 })).rejects.toThrow(DraftOptionsError);
    await expect(renderDraft({ ...options, maxSeconds: Number.NaN })).rejects.toThrow(
      DraftOptionsError,
    );
    await expect(renderDraft({ ...options, motionPath: join(folder, 'none.mp4') })).rejects.toThrow(
      MotionUnreadableError,
    );
    await expect(renderDraft({ ...options, characterPath: motionPath })).rejects.toThrow(
      CharacterUnreadableError,
    );
    await expect(renderDraft({ ...options, signal: AbortSignal.abort() })).rejects.toThrow(
      DraftStoppedError,
    );
    const stop = new AbortController();
    const stopped = renderDraft({
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toThrow(DraftStoppedError);
    expect((await stat(outputPath)).size).toBe(3);
  }));
