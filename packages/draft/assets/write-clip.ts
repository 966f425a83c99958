import { writeFile } from 'node:fs/promises';
import {
  AudioSampleSource,
  BufferTarget,
  Mp4OutputFormat,
  Output,
  VideoSample,
  VideoSampleSource,
} from 'mediabunny';
import sharp from 'sharp';
import { registerCodecs } from '../src/decode/codecs.ts';
import { clearTimestamps } from '../src/encode/timestamps.ts';
import { composeBeat } from './beat.ts';

const FPS = 24;
/** Of the picture: under 300 KB in four seconds, with the sound. */
const BITRATE = 420_000;
const COLOURS = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  fullRange: false,
} as const;

export interface Clip {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly sound: boolean;
  /** The picture at a moment, as SVG without its root. */
  readonly draw: (seconds: number) => string;
}

/** Films drawings: H.264 in an MP4, with AAC where it has sound. */
export async function writeClip(path: string, clip: Clip): Promise<void> {
  await registerCodecs();
  const { width, height, seconds } = clip;
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const video = new VideoSampleSource({
    codec: 'avc',
    bitrate: BITRATE,
    latencyMode: 'realtime',
    keyFrameInterval: 2,
    // The encoder does not say how colours are coded.
    onEncodedPacket: (_packet, meta) => {
      if (meta?.decoderConfig != null) meta.decoderConfig.colorSpace = COLOURS;
    },
  });
  output.addVideoTrack(video, { frameRate: FPS });
  const audio = clip.sound ? new AudioSampleSource({ codec: 'aac', bitrate: 64_000 }) : null;
  if (audio != null) output.addAudioTrack(audio);
  await output.start();
  for (let frame = 0; frame < seconds * FPS; frame++) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${clip.draw(frame / FPS)}</svg>`;
    const rgb = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
    const sample = new VideoSample(toI420(rgb, width, height), {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: frame / FPS,
      duration: 1 / FPS,
      colorSpace: COLOURS,
    });
    await video.add(sample);
    sample.close();
  }
  if (audio != null) {
    const sample = composeBeat(seconds - 0.05);
    await audio.add(sample);
    sample.close();
  }
  await output.finalize();
  const bytes = new Uint8Array(target.buffer ?? new ArrayBuffer(0));
  clearTimestamps(bytes);
  await writeFile(path, bytes);
}

/** Limited-range BT.709, chroma averaged over 2 x 2 pixels. */
function toI420(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const [columns, rows] = [width / 2, height / 2];
  const data = new Uint8Array(width * height + 2 * columns * rows);
  const chroma = new Float32Array(2 * columns * rows);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const [r, g, b] = [rgb[3 * p] / 255, rgb[3 * p + 1] / 255, rgb[3 * p + 2] / 255];
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      data[p] = Math.round(16 + 219 * luma);
      const c = (y >> 1) * columns + (x >> 1);
      chroma[c] += (b - luma) / 1.8556 / 4;
      chroma[c + columns * rows] += (r - luma) / 1.5748 / 4;
    }
  }
  chroma.forEach((value, i) => {
    data[width * height + i] = Math.round(128 + 224 * value);
  });
  return data;
}
