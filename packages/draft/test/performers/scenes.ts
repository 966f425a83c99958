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
  const first = createPerformer(spec);
  const second = createPerformer(other);
  const empty = createRoom(spec);
  const shift = Math.round((apart * WIDTH) / 2);
  return (frame, fps) => {
    const left = first(frame, fps);
    const right = second(frame, fps);
    const { rgb: room } = empty(frame);
    for (const [performer, dx] of [
      [left, -shift],
      [right, shift],
    ] as const) {
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = Math.max(0, -dx); x < Math.min(WIDTH, WIDTH - dx); x++) {
          const p = y * WIDTH + x;
          const share = (performer.subject[p] ?? 0) / 255;
          for (let c = 0; share > 0 && c < 3; c++) {
            const o = 3 * (p + dx) + c;
            room[o] = (room[o] ?? 0) * (1 - share) + (performer.rgb[3 * p + c] ?? 0) * share;
          }
        }
      }
    }
    return { rgb: room };
  };
}
