import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openMotion } from '../src/decode/open-motion.ts';
import { createDraftWriter } from '../src/encode/write-draft.ts';
import { renderDraft } from '../src/index.ts';

/**
 * `node bench/bench.ts [--character image] [--motion video] [--runs 3]`: frames per second, processor seconds, memory
 * and the phase split of a draft, beside plain decoding and encoding of the same clip as the floor. Seconds include the
 * start of the drawing process. On a busy machine only processor seconds and the ratio to the floor mean anything.
 */
const assets = join(import.meta.dirname, '../../../examples/assets');
const { values } = parseArgs({
  options: {
    character: { type: 'string', default: join(assets, 'characters/robot.png') },
    motion: { type: 'string', default: join(assets, 'motions/wave.mp4') },
    runs: { type: 'string', default: '3' },
    'max-seconds': { type: 'string', default: '30' },
  },
});

interface Cost {
  readonly wallS: number;
  readonly processorS: number;
}

async function measure<T>(work: () => Promise<T>): Promise<{ result: T; cost: Cost }> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const used = process.cpuUsage(before);
  return {
    result,
    cost: {
      wallS: (performance.now() - start) / 1000,
      processorS: (used.user + used.system) / 1e6,
    },
  };
}

/** Decodes every frame and encodes it again unchanged. */
async function copyClip(path: string): Promise<number> {
  const motion = await openMotion(path);
  let count = 0;
  let writer: Awaited<ReturnType<typeof createDraftWriter>> | null = null;
  for await (const { timeS, durationS, picture } of motion.frames(Number(values['max-seconds']))) {
    const frame = await picture();
    const { width, height } = frame;
    writer ??= await createDraftWriter({
      width,
      height,
      fps: motion.fps,
      coding: motion.coding,
      audio: null,
      endS: 60,
    });
    const chroma = (width >> 1) * (height >> 1);
    const data = new Uint8Array(width * height + 2 * chroma);
    copyPlane(frame.y, frame.yStride, width, height, data, 0);
    copyPlane(frame.u, frame.uvStride, width >> 1, height >> 1, data, width * height);
    copyPlane(frame.v, frame.uvStride, width >> 1, height >> 1, data, width * height + chroma);
    await writer.add(data, timeS, durationS);
    count++;
  }
  await writer?.finish();
  motion.close();
  return count;
}

function copyPlane(
  plane: Uint8Array,
  stride: number,
  width: number,
  height: number,
  out: Uint8Array,
  at: number,
): void {
  for (let y = 0; y < height; y++)
    out.set(plane.subarray(y * stride, y * stride + width), at + y * width);
}

const folder = await mkdtemp(join(tmpdir(), 'draft-bench-'));
/** The caller of the drawing process holds this meanwhile; measured before the codec is loaded here, for the floor. */
const callerMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
try {
  const line = (name: string, frames: number, { wallS, processorS }: Cost) =>
    `${name}: ${frames} frames, ${wallS.toFixed(2)} s (${(frames / wallS).toFixed(1)} fps), ${processorS.toFixed(2)} processor seconds`;
  // The floor does not count loading the codec.
  await copyClip(values.motion);
  const floor = await measure(() => copyClip(values.motion));
  console.log(line('decode + encode', floor.result, floor.cost));
  for (let run = 0; run < Number(values.runs); run++) {
    const { result, cost } = await measure(() =>
      renderDraft({
        characterPath: values.character,
        motionPath: values.motion,
        outputPath: join(folder, 'draft.mp4'),
        orientation: 'video',
        maxSeconds: Number(values['max-seconds']),
      }),
    );
    const phases = Object.entries(result.timingsMs).map(
      ([phase, ms]) => `${phase} ${Math.round(ms)}`,
    );
    const memory = result.peakMemoryMb + callerMb;
    const whole = { wallS: cost.wallS, processorS: cost.processorS + result.processorS };
    const name = `draft ${result.width}x${result.height}, ${result.method}`;
    const ratio = whole.processorS / floor.cost.processorS;
    console.log(
      `${line(name, result.frames, whole)} = ${ratio.toFixed(1)} times decode + encode, at most ${memory} MB`,
    );
    console.log(`  ms: ${phases.join(', ')}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
