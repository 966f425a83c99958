import type { ColourCoding } from '../image/colour-coding.ts';
import { BT601 } from '../image/colour-coding.ts';
import type { Rotation } from '../image/resize.ts';

export const WEB_FILE_KINDS = ['poster', 'webp', 'webm', 'gif'] as const;
export type WebFileKind = (typeof WEB_FILE_KINDS)[number];

/** What a format keeps of the video: its longest side in pixels and its frames per second; `null` keeps all. */
export interface WebFileSize {
  readonly longestSide: number | null;
  readonly maxFps: number | null;
}

/**
 * A poster and a WebM stand in for the video, so they have its size. Animated pictures cost several times the bytes of
 * a video: they are shrunk. 12.5 frames are 8 hundredths of a second each, the unit in which GIF counts.
 */
export const WEB_FILE_SIZES: Readonly<Record<WebFileKind, WebFileSize>> = {
  poster: { longestSide: null, maxFps: null },
  webm: { longestSide: null, maxFps: null },
  webp: { longestSide: 640, maxFps: 15 },
  gif: { longestSide: 480, maxFps: 12.5 },
};

/** The video as it is read. */
export interface SourcePicture {
  /** As shown. */
  readonly width: number;
  readonly height: number;
  readonly rotation: Rotation;
  readonly fps: number;
  readonly coding: ColourCoding;
}

const UPRIGHT: Readonly<Record<Rotation, readonly string[]>> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/** What the encoder of each format wants; JPEG and WebP are defined with BT.601, full and limited range. */
const ENDS: Readonly<Record<WebFileKind, readonly string[]>> = {
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
export function filterGraph(kind: WebFileKind, source: SourcePicture): string {
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

function fitInside(
  { width, height }: SourcePicture,
  longestSide: number | null,
): { width: number; height: number } {
  const scale = longestSide == null ? 1 : Math.min(1, longestSide / Math.max(width, height));
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}
