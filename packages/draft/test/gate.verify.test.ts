import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCharacter } from '../src/decode/read-character.ts';
import { checkCharacter } from '../src/gate/gate.ts';
import { DraftError, type DraftReport, type Misfit, renderDraft } from '../src/index.ts';
import { stageCharacter } from '../src/stage/stage-character.ts';
import { writeFigure } from './helpers/media.ts';
import { filmPerformer, filmScene } from './performers/film.ts';
import {
  createPerformer,
  createRoom,
  HEIGHT,
  type PerformerSpec,
  WIDTH,
} from './performers/performer.ts';
import {
  ball,
  caption,
  car,
  dog,
  enters,
  follow,
  halfBody,
  handHeld,
  jumpCut,
  lit,
  painted,
  pan,
  placed,
  type SceneDraw,
  screen,
  stage,
  swing,
  tree,
  twoPeople,
  zoomIn,
} from './performers/scenes.ts';
import { NOTHING, THINGS, writeThing } from './performers/things.ts';

const FRAMES = 20;
let folder = '';
let figure = '';
let waver = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'draft-gate-'));
  figure = join(folder, 'figure.png');
  waver = join(folder, 'waver.mp4');
  await writeFigure(figure);
  await filmPerformer(performer('casual', 'jumping jacks', 'plain', 2), waver, FRAMES);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function performer(
  body: PerformerSpec['body'],
  motion: PerformerSpec['motion'],
  background: PerformerSpec['background'],
  seed: number,
): PerformerSpec {
  return { body, motion, background, seed };
}

function draft(characterPath: string, motionPath: string): Promise<DraftReport> {
  const outputPath = join(folder, 'out.mp4');
  return renderDraft({ characterPath, motionPath, outputPath, maxSide: 320, workers: 1 });
}

function expectWholeBody(report: DraftReport, kinds: readonly Misfit['kind'][]): void {
  expect(report.method).toBe('whole body');
  expect(kinds).toContain(report.misfits[0]?.kind);
  expect(report.warnings.length).toBeGreaterThanOrEqual(report.misfits.length);
  for (const warning of report.warnings) expect(warning).toMatch(/^[A-Z].*\.$/);
  expect(report.frames).toBe(FRAMES);
}

/** Where texture moves everywhere, much moves beside the subject, or it seems to fill the picture: each sentence is true. */
const CAMERA = ['moving camera', 'half body', 'several people', 'motion does not fit'] as const;

const SCENES: readonly (readonly [string, SceneDraw, readonly Misfit['kind'][]])[] = [
  ['a pan', pan(performer('casual', 'dancing', 'textured', 5), 0.08), CAMERA],
  [
    'a pan over a plain wall',
    pan(performer('casual', 'waving', 'plain', 6), 0.12),
    [...CAMERA, 'panning camera'],
  ],
  ['a slow zoom', zoomIn(performer('casual', 'waving', 'textured', 7), 0.1), CAMERA],
  ['a zoom in a plain room', zoomIn(performer('casual', 'waving', 'plain', 7), 0.15), CAMERA],
  [
    'a hand-held camera',
    handHeld(performer('casual', 'jumping jacks', 'textured', 9), 0.01),
    CAMERA,
  ],
  [
    'a performer cut at the chest',
    halfBody(performer('casual', 'waving', 'plain', 11), 0.5),
    ['half body'],
  ],
  [
    'a performer cut at the knees',
    halfBody(performer('stocky', 'dancing', 'textured', 12), 0.7),
    ['half body'],
  ],
  [
    'a performer with a still skirt cut below',
    halfBody(performer('skirt', 'waving', 'plain', 13), 0.6),
    ['half body', 'legs not seen'],
  ],
  [
    'two people apart',
    twoPeople(
      performer('casual', 'dancing', 'plain', 14),
      performer('stocky', 'jumping jacks', 'plain', 15),
      0.4,
    ),
    ['several people', 'moving camera'],
  ],
  [
    'two people who touch',
    twoPeople(
      performer('casual', 'dancing', 'plain', 18),
      performer('thin limbs', 'dancing', 'plain', 19),
      0.2,
    ),
    ['several people', 'motion does not fit'],
  ],
  [
    'a camera that swings to and fro',
    swing(performer('casual', 'waving', 'textured', 32), 0.1, 2),
    CAMERA,
  ],
  [
    'a camera that goes along with a walker',
    follow(performer('casual', 'waving', 'textured', 34), 0.1),
    CAMERA,
  ],
  [
    'a cut to another room',
    jumpCut(
      createPerformer(performer('casual', 'dancing', 'textured', 39)),
      createPerformer(performer('skirt', 'jumping jacks', 'textured', 40)),
      0.4,
    ),
    [...CAMERA, 'several people'],
  ],
  [
    'a second person who comes in',
    enters(
      performer('casual', 'dancing', 'plain', 43),
      performer('stocky', 'dancing', 'plain', 44),
      0,
    ),
    ['several people', 'moving camera'],
  ],
  [
    'a face',
    halfBody(performer('casual', 'dancing', 'textured', 53), 0.22),
    ['half body', 'legs not seen', ...CAMERA],
  ],
  [
    'a dog',
    stage(createRoom(performer('casual', 'dancing', 'textured', 55)), [
      { draw: dog, placeAt: () => ({ dx: 0 }) },
    ]),
    ['several people', 'motion does not fit', 'legs not seen'],
  ],
  [
    'a passing car',
    stage(createRoom(performer('casual', 'dancing', 'textured', 57)), [
      { draw: car, placeAt: (t) => ({ dx: -220 + 500 * t }) },
    ]),
    ['panning camera', 'motion does not fit', 'legs not seen', 'nothing moves', 'moving camera'],
  ],
  [
    'a bouncing ball',
    stage(createRoom(performer('casual', 'dancing', 'plain', 56)), [
      { draw: ball, placeAt: (t) => ({ dx: -200 + 300 * t, dy: -80 * Math.abs(Math.sin(6 * t)) }) },
    ]),
    ['panning camera', 'motion does not fit', 'legs not seen', 'nothing moves'],
  ],
  [
    'a black picture',
    () => ({ rgb: new Uint8ClampedArray(3 * WIDTH * HEIGHT) }),
    ['nothing moves'],
  ],
  [
    'a screen beside a dancer',
    painted(createPerformer(performer('casual', 'dancing', 'plain', 59)), screen),
    ['several people'],
  ],
  [
    'a tree in the wind',
    painted(createPerformer(performer('casual', 'waving', 'textured', 60)), tree),
    ['several people', 'moving camera'],
  ],
  ['an empty room', createRoom(performer('casual', 'dancing', 'textured', 22)), ['nothing moves']],
];

test.for(SCENES)(
  '%s moves the character as a whole, and the report says why',
  async ([name, draw, kinds]) => {
    const path = join(folder, `${name}.mp4`);
    await filmScene(draw, path, FRAMES);
    expectWholeBody(await draft(figure, path), kinds);
  },
);

test.for(Object.entries(THINGS))('%s is no character for a puppet', async ([name, content]) => {
  const path = join(folder, `${name}.png`);
  await writeThing(content, path);
  const misfits = checkCharacter(stageCharacter(null)(await readCharacter(path)).signs);
  expect(['character is not humanoid', 'no separable character']).toContain(misfits[0]?.kind);
});

test('a blob moves as a whole, and the report says why', async () => {
  const path = join(folder, 'moving blob.png');
  await writeThing(THINGS.blob, path);
  expectWholeBody(await draft(path, waver), ['character is not humanoid']);
});

test('a picture with nothing in it moves as a whole or is a typed error', async () => {
  const path = join(folder, 'nothing.png');
  await writeThing(NOTHING, path);
  const outcome = await draft(path, waver).catch((error: unknown) => error);
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DraftError);
  else expect(outcome).toMatchObject({ method: 'whole body' });
});

const SHOES = [
  ['casual', 'waving', 0.86],
  ['skirt', 'waving', 0.86],
  ['thin limbs', 'jumping jacks', 0.83],
  ['big head', 'side steps', 0.86],
  ['loose clothes', 'squats', 0.86],
] as const;

test.for(SHOES)(
  'a performer whose shoes reach below the picture is a whole performer: %s, %s',
  async ([body, motion, shown]) => {
    const path = join(folder, `shoes ${body}.mp4`);
    await filmScene(halfBody(performer(body, motion, 'plain', 21), shown), path, FRAMES);
    expect(await draft(figure, path)).toMatchObject({ method: 'puppet', misfits: [] });
  },
);

const dancer = createPerformer(performer('casual', 'dancing', 'plain', 41));

/** What drafts must cope with. */
const ELIGIBLE: readonly (readonly [string, SceneDraw])[] = [
  ['in a flickering light', lit(dancer, (t) => 1 + 0.12 * Math.sin(37 * t))],
  ['in a room that becomes lighter', lit(dancer, (t) => 0.75 + 0.5 * t)],
  [
    'in a film that fades in',
    lit(createPerformer(performer('casual', 'dancing', 'textured', 42)), (t) =>
      Math.min(1, t / 0.15),
    ),
  ],
  [
    'far away',
    placed(performer('casual', 'jumping jacks', 'plain', 64), () => ({ dx: 60, scale: 0.25 })),
  ],
  [
    'above changing captions',
    painted(createPerformer(performer('casual', 'dancing', 'plain', 58)), caption),
  ],
];

test('a whole performer in a quiet room stays a puppet', async () => {
  expect((await draft(figure, waver)).method).toBe('puppet');
});

test.for(ELIGIBLE)('a whole performer %s stays a puppet', async ([name, draw]) => {
  const path = join(folder, `${name}.mp4`);
  // Long enough for a dancer who sways to come back.
  await filmScene(draw, path, 2 * FRAMES);
  expect((await draft(figure, path)).misfits).toEqual([]);
});
