import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  Mp4OutputFormat,
  Output,
  VideoSample,
  VideoSampleSource,
} from 'mediabunny';
import sharp from 'sharp';
import { registerCodecs } from '../../src/decode/codecs.ts';

/** A folder that is gone when the callback is done. */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'draft-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface ClipSpec {
  readonly width: number;
  readonly height: number;
  /** Start of each frame in seconds. */
  readonly times: readonly number[];
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly codec?: 'avc' | 'hevc';
  readonly sound?: boolean;
  /** What the container says about the colours' coding; default nothing. */
  readonly colours?: VideoColorSpaceInit;
  /** Luma of pixel (x, y) in frame i; default: a box that moves to the right. */
  readonly luma?: (x: number, y: number, frame: number) => number;
  /** Both chroma values of the 2x2 pixels from (x, y); default grey. */
  readonly chroma?: (x: number, y: number, frame: number) => readonly [number, number];
}

/** Writes a small clip. */
export async function writeClip(path: string, spec: ClipSpec): Promise<void> {
  await registerCodecs();
  const { width, height, times } = spec;
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const video = new VideoSampleSource({
    codec: spec.codec ?? 'avc',
    bitrate: 2_000_000,
    latencyMode: 'realtime',
    onEncodedPacket: (_packet, meta) => {
      if (meta?.decoderConfig != null && spec.colours != null)
        meta.decoderConfig.colorSpace = spec.colours;
    },
  });
  output.addVideoTrack(video, spec.rotation != null ? { rotation: spec.rotation } : {});
  const audio = new AudioSampleSource({ codec: 'aac', bitrate: 64_000 });
  if (spec.sound) output.addAudioTrack(audio);
  await output.start();
  const luma =
    spec.luma ??
    ((x, y, frame) =>
      x > 4 + frame && x < 14 + frame && y > height / 4 && y < (3 * height) / 4 ? 200 : 60);
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  for (const [frame, time] of times.entries()) {
    const data = new Uint8Array(width * height + 2 * chroma).fill(128);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) data[y * width + x] = luma(x, y, frame);
    if (spec.chroma != null) {
      for (let y = 0, p = width * height; y < height; y += 2) {
        for (let x = 0; x < width; x += 2, p++) {
          [data[p] = 128, data[p + chroma] = 128] = spec.chroma(x, y, frame);
        }
      }
    }
    const duration = (times[frame + 1] ?? time + 0.04) - time;
    const sample = new VideoSample(data, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: time,
      duration,
    });
    await video.add(sample);
    sample.close();
  }
  if (spec.sound) {
    const seconds = (times[times.length - 1] ?? 0) + 0.04;
    const count = Math.ceil(44_100 * seconds);
    const data = Float32Array.from({ length: count }, (_, i) => 0.2 * Math.sin(i / 20));
    const sample = new AudioSample({
      data,
      format: 'f32',
      numberOfChannels: 1,
      sampleRate: 44_100,
      timestamp: 0,
    });
    await audio.add(sample);
    sample.close();
  }
  await output.finalize();
  await writeFile(path, new Uint8Array(target.buffer ?? new ArrayBuffer(0)));
}

/** A simple figure on a transparent ground. */
export const FIGURE = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="360" viewBox="0 0 240 360">
<g stroke-linecap="round" fill="none"><path d="M105 210L95 335M135 210L145 335" stroke="#345" stroke-width="24"/>
<path d="M92 110L60 165L48 225M148 110L180 165L192 225" stroke="#b76" stroke-width="18"/></g>
<rect x="85" y="95" width="70" height="125" rx="22" fill="#c33"/><circle cx="120" cy="58" r="36" fill="#eca"/></svg>`;

export async function writeFigure(path: string, background?: string): Promise<void> {
  const image = sharp(Buffer.from(FIGURE));
  await (background != null ? image.flatten({ background }) : image).toFile(path);
}
