import {
  type AudioCodec,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  type EncodedPacket,
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
 * The reference clip with new wrapping: packets copied, cut to the length, sound kept or dropped,
 * and tags that name everything it was made from, so that any other request gives other bytes.
 */
export async function remuxPerformer(request: PerformRequest): Promise<Uint8Array> {
  const input = new Input({
    source: new BufferSource(request.motionBytes),
    formats: [MP4, QTFF, WEBM],
  });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video === null) throw new Error('the reference clip has no video track');
    const audio = request.keepOriginalSound ? await input.getPrimaryAudioTrack() : null;
    return zeroTimes(await remux(request, video, audio));
  } finally {
    input.dispose();
  }
}

async function remux(
  request: PerformRequest,
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
  const decoderConfig = (await video.getDecoderConfig()) ?? undefined;
  for await (const packet of packetsWithin(video, range)) {
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
