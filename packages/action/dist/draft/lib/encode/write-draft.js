import { BufferTarget, EncodedAudioPacketSource, EncodedPacketSink, Mp4OutputFormat, Output, VideoSample, VideoSampleSource, } from 'mediabunny';
import { registerCodecs } from '../decode/codecs.js';
import { BT601 } from '../image/colour-coding.js';
import { clearTimestamps } from './timestamps.js';
/** Bits per pixel of x264's fastest preset at which drawn figures stay clean. */
const BITS_PER_PIXEL = 0.12;
/** Slow clips change more from frame to frame. */
const SLOWEST_FPS = 24;
const LEAST_BITRATE = 200_000;
const KEY_FRAME_SECONDS = 2;
/** Codecs that MP4 carries without re-encoding; others are dropped. */
const MP4_AUDIO = new Set(['aac', 'mp3', 'opus', 'flac', 'ac3', 'eac3']);
export function canCopyAudio(track) {
    return track.codec != null && MP4_AUDIO.has(track.codec);
}
/** Starts an MP4 with H.264 and, when asked, the clip's own audio. Throws what the codec throws. */
export async function createDraftWriter(file) {
    await registerCodecs();
    const { width, height, fps } = file;
    const standard = file.coding.red === BT601.red ? 'smpte170m' : 'bt709';
    const colorSpace = {
        primaries: standard,
        transfer: standard,
        matrix: standard,
        fullRange: file.coding.fullRange,
    };
    const target = new BufferTarget();
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
    const video = new VideoSampleSource({
        codec: 'avc',
        bitrate: Math.max(LEAST_BITRATE, Math.round(width *
            height *
            Math.max(SLOWEST_FPS, Math.min(fps, 60)) *
            (file.bitsPerPixel ?? BITS_PER_PIXEL))),
        latencyMode: 'realtime',
        keyFrameInterval: KEY_FRAME_SECONDS,
        // The encoder does not say how colours are coded. Unmarked, players go by the picture's size, and guess wrong when
        // a draft has another size than its clip.
        onEncodedPacket: (_packet, meta) => {
            if (meta?.decoderConfig != null)
                meta.decoderConfig.colorSpace = colorSpace;
        },
    });
    output.addVideoTrack(video);
    const audio = file.audio?.codec != null ? new EncodedAudioPacketSource(file.audio.codec) : null;
    if (audio != null)
        output.addAudioTrack(audio);
    output.setMetadataTags({ comment: 'draft' });
    let audioDone = Promise.resolve();
    await output.start();
    if (audio != null && file.audio != null) {
        audioDone = copyAudio(file.audio, audio, file.endS);
        audioDone.catch(() => undefined);
    }
    return {
        async add(data, timeS, durationS) {
            const sample = new VideoSample(data, {
                format: 'I420',
                codedWidth: width,
                codedHeight: height,
                timestamp: timeS,
                duration: durationS,
                colorSpace,
            });
            await video.add(sample);
            sample.close();
        },
        async finish() {
            await audioDone;
            await output.finalize();
            const bytes = new Uint8Array(target.buffer ?? new ArrayBuffer(0));
            clearTimestamps(bytes);
            return bytes;
        },
        async cancel() {
            await output.cancel().catch(() => undefined);
        },
    };
}
async function copyAudio(track, source, endS) {
    const decoderConfig = await track.getDecoderConfig();
    for await (const packet of new EncodedPacketSink(track).packets()) {
        if (packet.timestamp >= endS)
            break;
        if (packet.timestamp < 0)
            continue;
        await source.add(packet, decoderConfig != null ? { decoderConfig } : undefined);
    }
    source.close();
}
