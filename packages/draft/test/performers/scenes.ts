import type { Colour } from './body.ts';
import { walkPast } from './motion.ts';
import { type Canvas, ellipse, fillPolygon, limb, type Point } from './paint.ts';
import { createPerformer, createRoom, HEIGHT, type PerformerSpec, WIDTH } from './performer.ts';

/** Draws one frame, `WIDTH` x `HEIGHT` RGB. */
export type SceneDraw = (frame: number, fps: number) => { readonly rgb: Uint8ClampedArray };

/** What the camera sees of the picture: `zoom` times as large, its corner at (left, top) picture pixels. */
interface View {
  readonly zoom: number;
  readonly left: number;
  readonly top: number;
}

/** The whole picture seen by a camera that moves; beyond the edges the picture is mirrored. */
function seenBy(draw: SceneDraw, viewAt: (seconds: number) => View): SceneDraw {
  return (frame, fps) => {
    const { rgb } = draw(frame, fps);
    const view = viewAt(frame / fps);
    const out = new Uint8ClampedArray(rgb.length);
    for (let y = 0, o = 0; y < HEIGHT; y++) {
      const sy = mirror(view.top + y / view.zoom, HEIGHT);
      for (let x = 0; x < WIDTH; x++, o += 3) {
        const sx = mirror(view.left + x / view.zoom, WIDTH);
        for (let c = 0; c < 3; c++) out[o + c] = sample(rgb, sx, sy, c);
      }
    }
    return { rgb: out };
  };
}

function mirror(at: number, length: number): number {
  const last = length - 1;
  const turned = Math.abs(at) % (2 * last);
  return turned > last ? 2 * last - turned : turned;
}

function sample(rgb: Uint8ClampedArray, x: number, y: number, channel: number): number {
  const column = Math.min(WIDTH - 2, Math.floor(x));
  const row = Math.min(HEIGHT - 2, Math.floor(y));
  const at = (dx: number, dy: number) => rgb[3 * ((row + dy) * WIDTH + column + dx) + channel] ?? 0;
  const fx = x - column;
  const upper = at(0, 0) * (1 - fx) + at(1, 0) * fx;
  const lower = at(0, 1) * (1 - fx) + at(1, 1) * fx;
  return upper + (lower - upper) * (y - row);
}

/** A camera that follows from left to right, in picture widths per second. */
export function pan(spec: PerformerSpec, widthsPerSecond: number): SceneDraw {
  return seenBy(createPerformer(spec), (t) => ({
    zoom: 1,
    left: t * widthsPerSecond * WIDTH,
    top: 0,
  }));
}

/** A camera that comes nearer, in sizes per second. */
export function zoomIn(spec: PerformerSpec, sizesPerSecond: number): SceneDraw {
  return seenBy(createPerformer(spec), (t) => {
    const zoom = 1 + sizesPerSecond * t;
    return { zoom, left: (WIDTH - WIDTH / zoom) / 2, top: (HEIGHT - HEIGHT / zoom) / 2 };
  });
}

/** A camera held by hand: it sways by a share of the picture's height. */
export function handHeld(spec: PerformerSpec, sway: number): SceneDraw {
  return seenBy(createPerformer(spec), (t) => ({
    zoom: 1,
    left: sway * HEIGHT * (Math.sin(7 * t) + 0.6 * Math.sin(11 * t + 1)),
    top: sway * HEIGHT * Math.sin(8.3 * t + 2),
  }));
}

/** A camera so near that the lower edge cuts the performer; `shown` is the share of the body above it. */
export function halfBody(spec: PerformerSpec, shown: number): SceneDraw {
  const zoom = 1.1 / shown;
  return seenBy(createPerformer(spec), () => ({
    zoom,
    left: (WIDTH - WIDTH / zoom) / 2,
    top: 0.15 * HEIGHT,
  }));
}

/** Two performers in the first one's room, `apart` picture widths from each other. */
export function twoPeople(spec: PerformerSpec, other: PerformerSpec, apart: number): SceneDraw {
  const shift = Math.round((apart * WIDTH) / 2);
  return stage(createRoom(spec), [
    { draw: createPerformer(spec), placeAt: () => ({ dx: -shift }) },
    { draw: createPerformer(other), placeAt: () => ({ dx: shift }) },
  ]);
}

/** Something with an outline: `subject` is its coverage, 0 to 255, row-major. */
export type Cutout = { readonly rgb: Uint8ClampedArray; readonly subject: Uint8Array };

/** Where an actor stands: moved by picture pixels, shrunk towards the middle of the floor. */
interface Place {
  readonly dx: number;
  readonly dy?: number;
  readonly scale?: number;
}

interface Actor {
  readonly draw: (frame: number, fps: number) => Cutout;
  readonly placeAt: (seconds: number) => Place;
}

/** The middle of the floor on which performers stand. */
const FLOOR = { x: WIDTH / 2, y: 0.92 * HEIGHT };

/** Puts actors into a room, the last one in front. */
export function stage(room: SceneDraw, actors: readonly Actor[]): SceneDraw {
  return (frame, fps) => {
    const rgb = room(frame, fps).rgb.slice();
    for (const { draw, placeAt } of actors) {
      const actor = draw(frame, fps);
      const { dx, dy = 0, scale = 1 } = placeAt(frame / fps);
      for (let y = 0; y < HEIGHT; y++) {
        const sy = FLOOR.y + (y - dy - FLOOR.y) / scale;
        if (sy < 0 || sy > HEIGHT - 1) continue;
        for (let x = 0; x < WIDTH; x++) {
          const sx = FLOOR.x + (x - dx - FLOOR.x) / scale;
          if (sx < 0 || sx > WIDTH - 1) continue;
          const share = (actor.subject[Math.round(sy) * WIDTH + Math.round(sx)] ?? 0) / 255;
          if (share === 0) continue;
          for (let c = 0; c < 3; c++) {
            const o = 3 * (y * WIDTH + x) + c;
            rgb[o] = (rgb[o] ?? 0) * (1 - share) + sample(actor.rgb, sx, sy, c) * share;
          }
        }
      }
    }
    return { rgb };
  };
}

/** A camera that turns to and fro, `reach` picture widths to each side. */
export function swing(spec: PerformerSpec, reach: number, seconds: number): SceneDraw {
  return seenBy(createPerformer(spec), (t) => ({
    zoom: 1,
    left: reach * WIDTH * Math.sin((2 * Math.PI * t) / seconds),
    top: 0,
  }));
}

/** A camera that goes along with a performer who walks, in picture widths per second. */
export function follow(spec: PerformerSpec, widthsPerSecond: number): SceneDraw {
  const walk = walkPast(1);
  const room = seenBy(createRoom(spec), (t) => ({
    zoom: 1,
    left: t * widthsPerSecond * WIDTH,
    top: 0,
  }));
  const draw = createPerformer(spec, (t) => ({ ...walk(t), x: 0 }));
  return stage(room, [{ draw, placeAt: () => ({ dx: 0 }) }]);
}

/** One scene, then all at once another. */
export function jumpCut(before: SceneDraw, after: SceneDraw, atSeconds: number): SceneDraw {
  return (frame, fps) => (frame / fps < atSeconds ? before(frame, fps) : after(frame, fps));
}

/** The same film under light of changing strength, 1 = as it was. */
export function lit(draw: SceneDraw, strengthAt: (seconds: number) => number): SceneDraw {
  return (frame, fps) => {
    const strength = strengthAt(frame / fps);
    return { rgb: draw(frame, fps).rgb.map((value) => value * strength) };
  };
}

/** A performer in a room of their own seed, standing elsewhere, nearer or farther away. */
export function placed(spec: PerformerSpec, placeAt: (seconds: number) => Place): SceneDraw {
  return stage(createRoom(spec), [{ draw: createPerformer(spec), placeAt }]);
}

/** A second performer who comes in from the right and stays. */
export function enters(spec: PerformerSpec, other: PerformerSpec, atSeconds: number): SceneDraw {
  return stage(createRoom(spec), [
    { draw: createPerformer(spec), placeAt: () => ({ dx: -100 }) },
    {
      draw: createPerformer(other),
      placeAt: (t) => ({ dx: Math.max(150, 420 - 500 * Math.max(0, t - atSeconds)) }),
    },
  ]);
}

/** A film over which something is painted. */
export function painted(
  draw: SceneDraw,
  paint: (canvas: Canvas, seconds: number) => void,
): SceneDraw {
  return (frame, fps) => {
    const rgb = draw(frame, fps).rgb.slice();
    paint({ width: WIDTH, height: HEIGHT, rgb, subject: null }, frame / fps);
    return { rgb };
  };
}

function box(left: number, top: number, width: number, height: number): Point[] {
  return [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ];
}

/** Lines of letters, as blocks, that change every second. */
export function caption(canvas: Canvas, seconds: number): void {
  const line = Math.floor(seconds / 0.7);
  for (let i = 0; i < 26; i++) {
    if ((i * 7 + line * 5) % 6 === 0) continue;
    const tall = 12 + ((i * 5 + line * 3) % 3) * 4;
    fillPolygon(canvas, box(120 + 16 * i, 330 - tall, 10, tall), [250, 250, 250]);
  }
}

/** A screen in the room whose picture changes all the time, left of the middle. */
export function screen(canvas: Canvas, seconds: number): void {
  for (let i = 0; i < 5; i++) {
    const shade = (offset: number) => 128 + 110 * Math.sin(9 * seconds + 1.7 * i + offset);
    fillPolygon(canvas, box(30 + 30 * i, 60, 30, 90), [shade(0), shade(2), shade(4)]);
  }
}

/** A tree whose crown sways in the wind, right of the middle. */
export function tree(canvas: Canvas, seconds: number): void {
  fillPolygon(canvas, box(545, 180, 14, 130), [90, 60, 40]);
  for (let i = 0; i < 7; i++) {
    const sway = 7 * Math.sin(3 * seconds + i);
    const x = 552 + 40 * Math.sin(2.4 * i) + sway;
    fillPolygon(canvas, ellipse(x, 140 + 26 * Math.cos(1.9 * i), 26, 22), [40, 110 + 12 * i, 50]);
  }
}

/** Another kind of subject on an empty canvas. */
function cutout(paint: (canvas: Canvas, seconds: number) => void): Actor['draw'] {
  return (frame, fps) => {
    const rgb = new Uint8ClampedArray(3 * WIDTH * HEIGHT);
    const subject = new Uint8Array(WIDTH * HEIGHT);
    paint({ width: WIDTH, height: HEIGHT, rgb, subject }, frame / fps);
    return { rgb, subject };
  };
}

/** A dog that trots in place, seen from the side. */
export const dog = cutout((canvas, t) => {
  const brown: Colour = [150, 95, 50];
  const legs = [-55, -40, 45, 60];
  for (const [i, x] of legs.entries()) {
    const swing = 18 * Math.sin(9 * t + i * 1.7);
    fillPolygon(canvas, limb([320 + x, 250], [320 + x + swing, 328], 11, 7, 2), brown);
  }
  fillPolygon(canvas, ellipse(322, 235, 85, 34), [160, 100, 55]);
  fillPolygon(canvas, limb([250, 225], [205, 180 + 14 * Math.sin(11 * t)], 9, 4, 0), brown);
  fillPolygon(canvas, limb([390, 225], [425, 175], 22, 18, 0), brown);
  fillPolygon(canvas, ellipse(438, 168 + 4 * Math.sin(5 * t), 34, 20), [170, 110, 60]);
});

/** A ball that is squashed a little. */
export const ball = cutout((canvas, t) => {
  const squash = 1 + 0.1 * Math.sin(12 * t);
  fillPolygon(canvas, ellipse(320, 260, 62 * squash, 62 / squash), [210, 60, 40]);
});

/** A car seen from the side. */
export const car = cutout((canvas) => {
  fillPolygon(canvas, box(200, 235, 240, 60), [190, 40, 40]);
  fillPolygon(
    canvas,
    [
      [250, 235],
      [280, 190],
      [370, 190],
      [405, 235],
    ],
    [60, 70, 90],
  );
  for (const x of [250, 390]) fillPolygon(canvas, ellipse(x, 300, 27, 27), [30, 30, 30]);
});
