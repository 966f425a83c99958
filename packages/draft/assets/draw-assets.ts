import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { placeJoints } from './body.ts';
import { drawGirl, drawRobot } from './characters.ts';
import { type Choreography, DANCE, poseAt, wave } from './choreography.ts';
import { drawPerformer } from './performer.ts';
import { drawStudio } from './studio.ts';
import { writeClip } from './write-clip.ts';

/**
 * `npm run example-assets -w @motion-transfer/draft`: draws the characters and films the clips of `examples/assets`.
 */
const target = join(import.meta.dirname, '../../../examples/assets');
const WIDTH = 854;
const HEIGHT = 480;
const WALL_END = 392;
const FLOOR = 446;
const PERFORMER_HEIGHT = 366;

await mkdir(join(target, 'characters'), { recursive: true });
await mkdir(join(target, 'motions'), { recursive: true });
await saveCharacter('robot.png', drawRobot());
await saveCharacter('girl.png', drawGirl());
await film('dance.mp4', DANCE, 4, true);
await film('wave.mp4', wave(4), 4, true);
await film('wave-3s.mp4', wave(3), 3, false);

async function saveCharacter(name: string, svg: string): Promise<void> {
  await sharp(Buffer.from(svg))
    .png({ compressionLevel: 9 })
    .toFile(join(target, 'characters', name));
}

async function film(name: string, keys: Choreography, seconds: number, sound: boolean) {
  const studio = drawStudio(WIDTH, HEIGHT, WALL_END);
  await writeClip(join(target, 'motions', name), {
    width: WIDTH,
    height: HEIGHT,
    seconds,
    sound,
    draw: (at) => {
      const joints = placeJoints(poseAt(keys, at), PERFORMER_HEIGHT, WIDTH / 2, FLOOR);
      return studio + drawPerformer(joints, PERFORMER_HEIGHT);
    },
  });
}
