import { stat } from 'node:fs/promises';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input, VideoSampleSink, } from 'mediabunny';
import { MotionUnreadableError, messageOf } from '../errors.js';
import { BT601, BT709 } from '../image/colour-coding.js';
import { registerCodecs } from './codecs.js';
import { createConverter } from './planes.js';
/** A damaged table of times can go on for ever. No draft needs more: 30 s at 240 pictures a second. */
const MOST_PACKETS = 30 * 240;
/** Of a clip that does not say. */
const USUAL_FPS = 24;
/** Larger pictures than this are refused: they need gigabytes to decode. */
const MOST_PIXELS = 8192 * 4352;
/** Opens a clip, which messages call by `noun`, and checks that its picture can be decoded here. Throws `MotionUnreadableError`, `CodecMissingError`. */
export async function openMotion(path, noun = 'motion') {
    await registerCodecs();
    const unreadable = (reason, cause) => new MotionUnreadableError(`The ${noun} ${path} cannot be used: ${reason.replace(/\.+$/, '')}. Give an MP4 or MOV file with H.264 or HEVC video.`, cause === undefined ? undefined : { cause });
    const facts = await stat(path).catch((cause) => {
        throw unreadable(messageOf(cause), cause);
    });
    if (!facts.isFile())
        throw unreadable('it is not a file');
    if (facts.size === 0)
        throw unreadable('it is empty');
    const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
    try {
        const video = await input.getPrimaryVideoTrack();
        if (video == null)
            throw unreadable('it has no video track');
        const { displayWidth: width, displayHeight: height } = video;
        if (!(width >= 1 && height >= 1))
            throw unreadable('its picture has no size');
        if (width * height > MOST_PIXELS)
            throw unreadable(`its picture is too large (${width}x${height})`);
        if (!(await video.canDecode())) {
            throw unreadable(`its codec (${video.codec ?? 'unknown'}) cannot be decoded here`);
        }
        const { packetCount, fps } = await countPackets(video);
        const coding = await codingOf(video, height);
        if (packetCount === 0)
            throw unreadable('it has no frames');
        const audio = await input.getPrimaryAudioTrack().catch(() => null);
        return {
            width,
            height,
            rotation: video.rotation,
            packetCount,
            fps,
            coding,
            audio,
            frames: (endS) => decodeFrames(video, endS, coding, unreadable),
            close: () => input.dispose(),
        };
    }
    catch (cause) {
        input.dispose();
        throw cause instanceof MotionUnreadableError ? cause : unreadable(messageOf(cause), cause);
    }
}
async function countPackets(video) {
    let packetCount = 0;
    let start = Number.POSITIVE_INFINITY;
    let end = Number.NEGATIVE_INFINITY;
    const sink = new EncodedPacketSink(video);
    for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
        start = Math.min(start, packet.timestamp);
        end = Math.max(end, packet.timestamp + packet.duration);
        packetCount++;
        if (packetCount === MOST_PACKETS)
            break;
    }
    const fps = packetCount / (end - start);
    return { packetCount, fps: Number.isFinite(fps) && fps > 0 ? fps : USUAL_FPS };
}
/** What the file says about its colours; unmarked SD video is BT.601, unmarked HD BT.709 (the players' convention). */
async function codingOf(video, height) {
    const space = await video.getColorSpace();
    const isSd = space.matrix == null
        ? height < 720
        : space.matrix === 'smpte170m' || space.matrix === 'bt470bg';
    return { ...(isSd ? BT601 : BT709), fullRange: space.fullRange === true };
}
async function* decodeFrames(video, endS, coding, unreadable) {
    const convert = createConverter(coding);
    const samples = new VideoSampleSink(video).samples(0, endS);
    let seen = 0;
    let count = 0;
    try {
        for await (const sample of samples) {
            try {
                if (seen++ === MOST_PACKETS)
                    break;
                // An edit list may begin in the middle of a frame: what is left of it is shown.
                const timeS = Math.max(0, sample.timestamp);
                const durationS = sample.timestamp + sample.duration - timeS;
                if (sample.timestamp < 0 && !(durationS > 0))
                    continue;
                count++;
                yield {
                    timeS,
                    durationS,
                    picture: () => convert(sample).catch((cause) => {
                        throw unreadable(`a picture cannot be converted: ${messageOf(cause)}`, cause);
                    }),
                };
            }
            finally {
                sample.close();
            }
        }
    }
    catch (cause) {
        // A clip cut off in its middle still has a beginning: use it.
        if (count === 0)
            throw unreadable(`decoding failed: ${messageOf(cause)}`, cause);
    }
}
