import { BT601 } from '../image/colour-coding.js';
export const WEB_FILE_KINDS = ['poster', 'webp', 'webm', 'gif'];
/**
 * A poster and a WebM stand in for the video, so they have its size. Animated pictures cost several times the bytes of
 * a video: they are shrunk. 12.5 frames are 8 hundredths of a second each, the unit in which GIF counts.
 */
export const WEB_FILE_SIZES = {
    poster: { longestSide: null, maxFps: null },
    webm: { longestSide: null, maxFps: null },
    webp: { longestSide: 640, maxFps: 15 },
    gif: { longestSide: 480, maxFps: 12.5 },
};
const UPRIGHT = {
    0: [],
    90: ['transpose=clock'],
    180: ['hflip', 'vflip'],
    270: ['transpose=cclock'],
};
/** What the encoder of each format wants; JPEG and WebP are defined with BT.601, full and limited range. */
const ENDS = {
    poster: ['scale=out_color_matrix=bt601:out_range=full', 'format=yuvj420p'],
    webp: ['scale=out_color_matrix=bt601:out_range=limited', 'format=yuv420p'],
    webm: ['scale=out_range=limited', 'format=yuv420p'],
    // One palette for the whole picture, chosen by what moves; an ordered pattern stays still where the picture does.
    gif: [
        'split[all][sample]',
        '[sample]palettegen=stats_mode=diff[palette]',
        '[all][palette]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle',
    ],
};
/** The FFmpeg filter graph from decoded frames to the encoder's. */
export function filterGraph(kind, source) {
    const { longestSide, maxFps } = WEB_FILE_SIZES[kind];
    const { width, height } = fitInside(source, longestSide);
    const matrix = source.coding.red === BT601.red ? 'smpte170m' : 'bt709';
    const range = source.coding.fullRange ? 'full' : 'limited';
    const chain = [
        // Unmarked, FFmpeg takes all video for BT.601.
        `setparams=colorspace=${matrix}:range=${range}`,
        ...(maxFps != null && source.fps > maxFps ? [`fps=${maxFps}`] : []),
        ...UPRIGHT[source.rotation],
        `scale=${width}:${height}:flags=area+accurate_rnd+bitexact`,
        'setsar=1',
    ];
    const [first, ...rest] = ENDS[kind];
    const separator = kind === 'gif' ? ';' : ',';
    return [[...chain, first].join(','), ...rest].join(separator);
}
function fitInside({ width, height }, longestSide) {
    const scale = longestSide == null ? 1 : Math.min(1, longestSide / Math.max(width, height));
    const side = (pixels) => Math.max(1, Math.round(pixels * scale));
    return { width: side(width), height: side(height) };
}
