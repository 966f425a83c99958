import { writeFile } from 'node:fs/promises';
import { filterGraph } from './formats.js';
/** Never a thread per core: the same video is the same bytes on every machine. */
const ONE_THREAD = { threadCount: 1 };
/** VP9 takes longest, so it is cut into as many columns as there are threads, and tuned for speed. */
const VP9_THREADS = 4;
const VP9_OPTIONS = {
    crf: 33,
    deadline: 'realtime',
    'cpu-used': 6,
    'tile-columns': Math.log2(VP9_THREADS),
};
/** 1 is the best of JPEG's 31 scales. */
const JPEG_SCALE = 3;
const OPUS_BITS_PER_SECOND = 96_000;
/** Often enough for the caller, who takes long silence for a hang. */
const PROGRESS_MS = 500;
/**
 * Encodes a video as one of the formats. The codec's own errors are thrown.
 * `alive` is called while it works.
 */
export async function encodeWebFile(kind, source, outputPath, alive) {
    const codec = await import('node-av');
    const input = await codec.Demuxer.open(source.path);
    try {
        const stream = input.video();
        if (stream == null)
            throw new Error('the codec finds no video track in it');
        const decoder = await codec.Decoder.create(stream, ONE_THREAD);
        const filter = codec.FilterAPI.create(filterGraph(kind, source), { threads: 1 });
        const encoder = await openVideoEncoder(codec, kind, decoder, filter);
        if (kind === 'poster') {
            await writeFile(outputPath, await firstPacket(codec, input, decoder, filter, encoder));
            return;
        }
        const output = await openMuxer(codec, kind, outputPath);
        const options = { onProgress: alive, progressInterval: PROGRESS_MS };
        const audio = kind === 'webm' && source.hasAudio ? await openAudio(codec, input) : null;
        const running = audio == null
            ? codec.pipeline(input, decoder, filter, encoder, output, options)
            : codec.pipeline(input, { video: [decoder, filter, encoder], audio }, output, options);
        await running.completion;
        await output.close();
    }
    finally {
        await input.close();
    }
}
async function openVideoEncoder(codec, kind, decoder, filter) {
    const common = { ...ONE_THREAD, decoder, filter };
    switch (kind) {
        case 'poster':
            return codec.Encoder.create(codec.FF_ENCODER_MJPEG, {
                ...common,
                configure(context) {
                    context.setFlags(codec.AV_CODEC_FLAG_QSCALE);
                    context.globalQuality = JPEG_SCALE * codec.FF_QP2LAMBDA;
                },
            });
        case 'webp':
            return codec.Encoder.create(codec.FF_ENCODER_LIBWEBP_ANIM, {
                ...common,
                options: { quality: 70, compression_level: 4 },
            });
        case 'webm':
            // VP9 plays in every browser of today; AV1 does not in older Safari. Constant quality needs a bit rate of 0.
            return codec.Encoder.create(codec.FF_ENCODER_LIBVPX_VP9, {
                ...common,
                threadCount: VP9_THREADS,
                bitrate: 0,
                options: VP9_OPTIONS,
            });
        case 'gif':
            return codec.Encoder.create(codec.FF_ENCODER_GIF, common);
    }
}
async function openMuxer(codec, kind, path) {
    const common = {
        // Else WebM gets a random identifier.
        configure: (context) => context.setFlags(codec.AVFMT_FLAG_BITEXACT),
    };
    switch (kind) {
        case 'webp':
            return codec.Muxer.open(path, { ...common, format: 'webp', options: { loop: 0 } });
        case 'gif':
            return codec.Muxer.open(path, { ...common, format: 'gif', options: { loop: 0 } });
        case 'webm':
            return codec.Muxer.open(path, { ...common, format: 'webm' });
    }
}
async function openAudio(codec, input) {
    const stream = input.audio();
    if (stream == null)
        return null;
    const decoder = await codec.Decoder.create(stream, ONE_THREAD);
    const encoder = await codec.Encoder.create(codec.FF_ENCODER_LIBOPUS, {
        ...ONE_THREAD,
        decoder,
        autoResample: true,
        bitrate: OPUS_BITS_PER_SECOND,
    });
    return [decoder, encoder];
}
/** A packet of the JPEG encoder is a JPEG file. */
async function firstPacket(codec, input, decoder, filter, encoder) {
    for await (const packet of codec.pipeline(input, decoder, filter, encoder)) {
        if (packet?.data != null)
            return Buffer.from(packet.data);
    }
    throw new Error('the video has no frame that can be decoded');
}
