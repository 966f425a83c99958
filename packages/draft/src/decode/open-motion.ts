import { stat } from 'node:fs/promises';
import {
  ALL_FORMATS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  type VideoSample,
  VideoSampleSink,
} from 'mediabunny';
import { MotionUnreadableError, messageOf } from '../errors.ts';
import type { Frame420 } from '../image/picture.ts';
import type { Rotation } from '../image/resize.ts';
import { BT601, BT709, type ColourCoding } from '../rig/layers.ts';
import { registerCodecs } from './codecs.ts';

/** A motion clip opened for reading. */
export interface Motion {
  /** As shown: square pixels, rotation applied. */
  readonly width: number;
  readonly height: number;
  /** Clockwise turn from decoded to shown frames. */
  readonly rotation: Rotation;
  /** Number of coded frames, at most `MOST_PACKETS`; files may lie. */
  readonly packetCount: number;
  /** Mean frames per second. */
  readonly fps: number;
  readonly coding: ColourCoding;
  readonly audio: InputAudioTrack | null;
  /** Decodes in presentation order from time 0 to `endS` seconds. The planes of a frame are reused by the next one. */
  frames(endS: number): AsyncGenerator<TimedFrame>;
  close(): void;
}

interface TimedFrame {
  readonly frame: Frame420;
  readonly timeS: number;
  readonly durationS: number;
}

/** A damaged table of times can go on for ever. No draft needs more: 30 s at 240 pictures a second. */
const MOST_PACKETS = 30 * 240;
/** Of a clip that does not say. */
const USUAL_FPS = 24;

/** Larger pictures than this are refused: they need gigabytes to decode. */
const MOST_PIXELS = 8192 * 4352;

/** Opens a clip and checks that its picture can be decoded here. Throws `MotionUnreadableError`, `CodecMissingError`. */
export async function openMotion(path: string): Promise<Motion> {
  await registerCodecs();
  const unreadable = (reason: string, cause?: unknown) =>
    new MotionUnreadableError(
      `The motion ${path} cannot be used: ${reason.replace(/\.+$/, '')}. Give an MP4 or MOV file with H.264 or HEVC video.`,
      cause === undefined ? undefined : { cause },
    );
  const facts = await stat(path).catch((cause) => {
    throw unreadable(messageOf(cause), cause);
  });
  if (!facts.isFile()) throw unreadable('it is not a file');
  if (facts.size === 0) throw unreadable('it is empty');
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video == null) throw unreadable('it has no video track');
    const { displayWidth: width, displayHeight: height } = video;
    if (!(width >= 1 && height >= 1)) throw unreadable('its picture has no size');
    if (width * height > MOST_PIXELS)
      throw unreadable(`its picture is too large (${width}x${height})`);
    if (!(await video.canDecode())) {
      throw unreadable(`its codec (${video.codec ?? 'unknown'}) cannot be decoded here`);
    }
    const { packetCount, fps } = await countPackets(video);
    if (packetCount === 0) throw unreadable('it has no frames');
    const audio = await input.getPrimaryAudioTrack().catch(() => null);
    return {
      width,
      height,
      rotation: video.rotation,
      packetCount,
      fps,
      coding: await codingOf(video, height),
      audio,
      frames: (endS) => decodeFrames(video, endS, unreadable),
      close: () => input.dispose(),
    };
  } catch (cause) {
    input.dispose();
    throw cause instanceof MotionUnreadableError ? cause : unreadable(messageOf(cause), cause);
  }
}

async function countPackets(video: InputVideoTrack): Promise<{ packetCount: number; fps: number }> {
  let packetCount = 0;
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  const sink = new EncodedPacketSink(video);
  for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
    start = Math.min(start, packet.timestamp);
    end = Math.max(end, packet.timestamp + packet.duration);
    packetCount++;
    if (packetCount === MOST_PACKETS) break;
  }
  const fps = packetCount / (end - start);
  return { packetCount, fps: Number.isFinite(fps) && fps > 0 ? fps : USUAL_FPS };
}

/** What the file says about its colours; unmarked SD video is BT.601, unmarked HD BT.709 (the players' convention). */
async function codingOf(video: InputVideoTrack, height: number): Promise<ColourCoding> {
  const space = await video.getColorSpace();
  const isSd =
    space.matrix == null
      ? height < 720
      : space.matrix === 'smpte170m' || space.matrix === 'bt470bg';
  return { ...(isSd ? BT601 : BT709), fullRange: space.fullRange === true };
}

async function* decodeFrames(
  video: InputVideoTrack,
  endS: number,
  unreadable: (reason: string, cause?: unknown) => MotionUnreadableError,
): AsyncGenerator<TimedFrame> {
  const convert = createConverter();
  const samples = new VideoSampleSink(video).samples(0, endS);
  let seen = 0;
  let count = 0;
  try {
    for await (const sample of samples) {
      try {
        if (seen++ === MOST_PACKETS) break;
        if (sample.timestamp < 0) continue;
        const frame = await convert(sample);
        count++;
        yield { frame, timeS: sample.timestamp, durationS: sample.duration };
      } finally {
        sample.close();
      }
    }
  } catch (cause) {
    // A clip cut off in its middle still has a beginning: use it.
    if (count === 0) throw unreadable(`decoding failed: ${messageOf(cause)}`, cause);
  }
}

/** Asks the codec to convert; the option is in WebCodecs but not yet in its published types. */
const AS_RGBA: NonNullable<Parameters<VideoSample['copyTo']>[1]> & { format: 'RGBA' } = {
  format: 'RGBA',
};

/** Copies samples into planes that are reused from frame to frame. */
function createConverter(): (sample: VideoSample) => Promise<Frame420> {
  let buffer = new Uint8Array(0);
  const fit = (size: number) => {
    if (buffer.length < size) buffer = new Uint8Array(size);
    return buffer.subarray(0, size);
  };
  return async (sample) => {
    const width = sample.visibleRect.width;
    const height = sample.visibleRect.height;
    if (sample.format === 'I420') {
      const bytes = fit(sample.allocationSize());
      const [y, u, v] = await sample.copyTo(bytes);
      return {
        width,
        height,
        y: bytes.subarray(y.offset),
        u: bytes.subarray(u.offset),
        v: bytes.subarray(v.offset),
        yStride: y.stride,
        uvStride: u.stride,
      };
    }
    if (sample.format === 'I420P10') {
      const bytes = fit(sample.allocationSize());
      const [y, u, v] = await sample.copyTo(bytes);
      return narrow(bytes, [y, u, v], width, height);
    }
    const bytes = fit(sample.allocationSize(AS_RGBA));
    const [layout] = await sample.copyTo(bytes, AS_RGBA);
    return fromRgba(bytes, layout.offset, layout.stride, width, height);
  };
}

interface PlaneLayout {
  readonly offset: number;
  readonly stride: number;
}

/** 10-bit samples (two bytes, little endian) to 8 bits. */
function narrow(
  bytes: Uint8Array,
  layouts: readonly PlaneLayout[],
  width: number,
  height: number,
): Frame420 {
  const [y, u, v] = layouts.map(({ offset, stride }, plane) => {
    const columns = plane === 0 ? width : (width + 1) >> 1;
    const rows = plane === 0 ? height : (height + 1) >> 1;
    const out = new Uint8Array(columns * rows);
    for (let row = 0, p = 0; row < rows; row++) {
      for (let q = offset + row * stride, end = q + 2 * columns; q < end; q += 2, p++) {
        out[p] = (bytes[q] >> 2) | (bytes[q + 1] << 6);
      }
    }
    return out;
  });
  return { width, height, y, u, v, yStride: width, uvStride: (width + 1) >> 1 };
}

/** RGBA to limited-range BT.709 4:2:0, for pixel formats that FFmpeg can only hand out as RGB. */
function fromRgba(
  bytes: Uint8Array,
  offset: number,
  stride: number,
  width: number,
  height: number,
): Frame420 {
  const uvStride = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  const y = new Uint8Array(width * height);
  const u = new Uint8Array(uvStride * rows);
  const v = new Uint8Array(uvStride * rows);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const q = offset + row * stride + 4 * column;
      const luma = 0.2126 * bytes[q] + 0.7152 * bytes[q + 1] + 0.0722 * bytes[q + 2];
      y[row * width + column] = 16 + (219 / 255) * luma + 0.5;
      const c = (row >> 1) * uvStride + (column >> 1);
      u[c] = 128 + ((224 / 255) * (bytes[q + 2] - luma)) / (2 * (1 - 0.0722)) + 0.5;
      v[c] = 128 + ((224 / 255) * (bytes[q] - luma)) / (2 * (1 - 0.2126)) + 0.5;
    }
  }
  return { width, height, y, u, v, yStride: width, uvStride };
}
