import {
  type AudioCodec,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  MP4,
  Mp4OutputFormat,
  Output,
  QTFF,
  WEBM,
} from 'mediabunny';
import { sha256Hex } from '../hash.ts';
import type { PerformRequest } from '../types.ts';
import { zeroTimes } from './zero-times.ts';

/** Container time scales round by less than this. */
const ROUNDING_SECONDS = 0.001;

/**
 * The reference clip with new wrapping: packets copied, cut to the length, the size of the tier, sound kept or dropped,
 * and tags that name everything it was made from, so that any other request gives other bytes.
 */
export function remuxPerformer(request: PerformRequest): Promise<Uint8Array> {
  return remuxAs(request);
}

export interface RemuxChanges {
  /** What the container says of the shorter side; the tier's unless one is given. */
  readonly shortSide?: number;
  /** The one that is shown all the time: the clip's first, or another. */
  readonly picture?: 'first' | KeyPicture;
}

interface KeyPicture {
  readonly data: Uint8Array;
  readonly decoderConfig: Pick<VideoDecoderConfig, 'codec' | 'description'>;
}

export async function remuxAs(
  request: PerformRequest,
  changes: RemuxChanges = {},
): Promise<Uint8Array> {
  const input = new Input({
    source: new BufferSource(request.motionBytes),
    formats: [MP4, QTFF, WEBM],
  });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video === null) throw new Error('the reference clip has no video track');
    const audio = request.keepOriginalSound ? await input.getPrimaryAudioTrack() : null;
    return zeroTimes(await remux(request, changes, video, audio));
  } finally {
    input.dispose();
  }
}

async function remux(
  request: PerformRequest,
  { picture, shortSide = SHORT_SIDE[request.tier] }: RemuxChanges,
  video: InputVideoTrack,
  audio: InputAudioTrack | null,
): Promise<Uint8Array> {
  const target = new BufferTarget();
  const format = new Mp4OutputFormat({ fastStart: 'in-memory' });
  const output = new Output({ format, target });
  output.setMetadataTags({ title: 'Emulated motion transfer', comment: describe(request) });

  if (video.codec === null) throw new Error('the reference clip has a video codec without a name');
  const videoSource = new EncodedVideoPacketSource(video.codec);
  output.addVideoTrack(videoSource, { rotation: video.rotation });
  const audioCodec = audio === null ? null : copyableAudioCodec(format, audio);
  const audioSource = audioCodec === null ? null : new EncodedAudioPacketSource(audioCodec);
  if (audioSource !== null) output.addAudioTrack(audioSource);

  await output.start();
  const startsAt = await video.getFirstTimestamp();
  const range = { startsAt, seconds: request.seconds };
  const clipConfig = (await video.getDecoderConfig()) ?? undefined;
  const shown = typeof picture === 'object' ? picture : null;
  const decoderConfig = clipConfig && {
    ...clipConfig,
    ...shown?.decoderConfig,
    ...sizeOf(video, shortSide),
  };
  const packets = packetsWithin(video, range);
  for await (const packet of picture == null ? packets : repeatPicture(packets, shown?.data)) {
    await videoSource.add(packet, decoderConfig && { decoderConfig });
  }
  if (audioSource !== null && audio !== null) {
    const decoderConfig = (await audio.getDecoderConfig()) ?? undefined;
    for await (const packet of packetsWithin(audio, range)) {
      await audioSource.add(packet, decoderConfig && { decoderConfig });
    }
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('the muxer wrote nothing');
  return new Uint8Array(target.buffer);
}

/** The same key frame, the first one unless another is given, at each time at which one was shown. */
async function* repeatPicture(
  packets: AsyncIterable<EncodedPacket>,
  given: Uint8Array | undefined,
): AsyncGenerator<EncodedPacket> {
  const shown: EncodedPacket[] = [];
  for await (const packet of packets) shown.push(packet);
  const data = given ?? shown[0]?.data;
  for (const { timestamp, duration } of shown.sort((a, b) => a.timestamp - b.timestamp)) {
    if (data != null) yield new EncodedPacket(data, 'key', timestamp, duration);
  }
}

const SHORT_SIDE = { standard: 720, pro: 1080 } as const;

/** The container says the size of the tier, as a provider's does; the packets keep the clip's. */
function sizeOf(
  { codedWidth, codedHeight }: InputVideoTrack,
  shortSide: number,
): { readonly codedWidth: number; readonly codedHeight: number } {
  const scale = shortSide / Math.min(codedWidth, codedHeight);
  const even = (side: number) => 2 * Math.round((side * scale) / 2);
  return { codedWidth: even(codedWidth), codedHeight: even(codedHeight) };
}

/**
 * Packets in decode order up to the first one that would end after the end. The cut may come a few frames
 * early, but nothing that is left refers to a packet that is gone.
 */
async function* packetsWithin(
  track: InputTrack,
  { startsAt, seconds }: { readonly startsAt: number; readonly seconds: number },
): AsyncGenerator<EncodedPacket> {
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const timestamp = packet.timestamp - startsAt;
    if (timestamp + packet.duration > seconds + ROUNDING_SECONDS) return;
    // Encoder priming comes before zero and is never heard.
    if (timestamp >= 0) yield packet.clone({ timestamp });
  }
}

function copyableAudioCodec(format: Mp4OutputFormat, track: InputAudioTrack): AudioCodec | null {
  const supported = format.getSupportedAudioCodecs();
  return supported.find((codec) => codec === track.codec) ?? null;
}

function describe(request: PerformRequest): string {
  return JSON.stringify({
    character: sha256Hex(request.characterBytes),
    motion: sha256Hex(request.motionBytes),
    provider: request.provider,
    tier: request.tier,
    orientation: request.orientation,
    keepOriginalSound: request.keepOriginalSound,
    seconds: request.seconds,
    prompt: request.prompt ?? null,
  });
}
