import { MediaError } from '../../model/errors.ts';
import type { VideoFacts } from '../../model/media.ts';
import { type ByteSource, damaged } from '../byte-source.ts';
import { type Movie, readMovie, type Track } from './movie.ts';

/** Sample entry codes by codec (MP4 Registration Authority; Apple's for ProRes). */
const CODECS: readonly (readonly [RegExp, string])[] = [
  [/^avc[1-4]$/, 'h264'],
  [/^(hvc1|hev1|dvh1|dvhe)$/, 'hevc'],
  [/^av01$/, 'av1'],
  [/^vp09$/, 'vp9'],
  [/^vp08$/, 'vp8'],
  [/^ap(cn|ch|cs|co|4h|4x)$/, 'prores'],
];

/**
 * Facts of a clip, from its container alone: no frame is decoded. Collects every duration the file
 * claims anywhere. Throws `MediaError` for anything but an MP4 or MOV with a video track.
 */
export async function readMovieFacts(source: ByteSource): Promise<VideoFacts> {
  return describeMovie(source, await readMovie(source));
}

export function describeMovie(source: ByteSource, movie: Movie): VideoFacts {
  const track = pickVideoTrack(movie.tracks);
  if (track == null) {
    throw new MediaError(`${source.name} has no video track: it holds sound or data alone`);
  }
  if (track.sampleCount === 0 || track.seconds === 0) {
    throw damaged(source, 'its video track has no frames');
  }
  const { width, height } = sizeOf(track);
  if (width === 0 || height === 0) throw damaged(source, 'its video track has no size');
  return {
    container: movie.container,
    codec: nameCodec(track.entry?.fourCharacterCode ?? ''),
    width,
    height,
    framesPerSecond: track.sampleCount / track.seconds,
    bytes: source.bytes,
    hasSound: movie.tracks.some(
      ({ handler, sampleCount }) => handler === 'soun' && sampleCount > 0,
    ),
    trackSeconds: track.seconds,
    longestSeconds: movie.evidence.reduce(
      (longest, { seconds }) => Math.max(longest, seconds),
      track.seconds,
    ),
    evidence: movie.evidence,
  };
}

/** Players show the first enabled one; disabled ones are chapters and covers. */
function pickVideoTrack(tracks: readonly Track[]): Track | undefined {
  const videos = tracks.filter(({ handler }) => handler === 'vide');
  return videos.find(({ header }) => header.enabled) ?? videos[0];
}

/** The coded size is what a provider decodes; `tkhd` may scale it, or be empty. */
function sizeOf({ entry, header }: Track): { readonly width: number; readonly height: number } {
  const coded = entry != null && entry.width > 0 && entry.height > 0 ? entry : header;
  return header.isTurned
    ? { width: coded.height, height: coded.width }
    : { width: coded.width, height: coded.height };
}

function nameCodec(code: string): string {
  const known = CODECS.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? code.replaceAll(/[^\x20-\x7e]/g, '?').trim();
}
