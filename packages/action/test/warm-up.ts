import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { draftPerformer } from '@motion-transfer/emulator';

/** Films the emulators answer with are rendered once, before any test waits for one. */
export async function setup(): Promise<void> {
  const asset = (path: string) =>
    readFileSync(resolve(import.meta.dirname, '../../../examples/assets', path));
  const [robot, girl] = [asset('characters/robot.png'), asset('characters/girl.png')];
  const [wave, dance] = [asset('motions/wave.mp4'), asset('motions/dance.mp4')];
  for (const [characterBytes, motionBytes] of [
    [robot, wave],
    [robot, dance],
    [girl, wave],
    [girl, dance],
  ] as const) {
    await draftPerformer({
      characterBytes,
      motionBytes,
      provider: 'prospolabs',
      tier: 'standard',
      orientation: 'image',
      keepOriginalSound: true,
      seconds: 4,
      prompt: undefined,
    });
  }
}
