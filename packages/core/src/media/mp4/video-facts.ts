import { MediaError } from '../../model/errors.ts';
import type { DurationEvidence, VideoFacts } from '../../model/media/media.ts';
import { type ByteSource, damaged } from '../byte-source.ts';
import { describeContradiction, isNearAny, longestOf } from '../durations.ts';
import type { Reading } from '../reading.ts';
import { findCut, isEncrypted } from './frames.ts';
import { type Movie, readMovie } from './movie.ts';
import type { Track } from './track.ts';

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
export async function readMovieFacts(source: ByteSource): Promise<Reading<VideoFacts>> {
  const movie = await readMovie(source, 'allowed');
  const facts = describeMovie(source, movie);
  return { facts, problem: await findProblem(source, movie) };
}

async function findProblem(source: ByteSource, movie: Movie): Promise<string | null> {
  const video = pickVideoTrack(movie.tracks);
  const played = movie.tracks.filter((track) => track === video || isPlayed(track));
  if (played.some(isEncrypted)) {
    return 'the clip is encrypted, so no provider can decode it; use a copy without protection';
  }
  const cut = await findCut(source, played);
  if (cut != null) return `the clip is cut off (${cut}); export or download it again`;
  return describeContradiction(findContradiction(movie, played));
}

export function describeMovie(source: ByteSource, movie: Movie): VideoFacts {
  const track = pickVideoTrack(movie.tracks);
  if (track == null) {
    throw new MediaError(`${source.name} has no video track: it holds sound or data alone`);
  }
  if (track.sampleCount === 0 || track.mediaSeconds === 0) {
    throw damaged(source, 'its video track has no frames');
  }
  const { width, height } = sizeOf(track);
  if (width === 0 || height === 0) throw damaged(source, 'its video track has no size');
  const others = movie.tracks.filter((other) => other !== track);
  return {
    container: movie.container,
    codec: nameCodec(track.entry?.fourCharacterCode ?? ''),
    width,
    height,
    framesPerSecond: track.sampleCount / track.mediaSeconds,
    bytes: source.bytes,
    hasSound: movie.tracks.some(
      ({ handler, sampleCount }) => handler === 'soun' && sampleCount > 0,
    ),
    trackSeconds: track.playedSeconds,
    ...(track.playedSeconds === track.mediaSeconds ? {} : { mediaSeconds: track.mediaSeconds }),
    longestSeconds: longestOf(
      [{ source: 'video', seconds: track.playedSeconds }, ...track.claims],
      [...movie.claims, ...others.flatMap(({ claims }) => claims)],
    ),
    evidence: [...movie.claims, ...movie.tracks.flatMap(({ claims }) => claims)],
  };
}

/** Each track is compared with itself; the header of the movie speaks of one of them, mostly the longest. */
function findContradiction(movie: Movie, played: readonly Track[]): readonly DurationEvidence[] {
  const contradiction = played.find((track) => track.contradiction.length > 0)?.contradiction;
  if (contradiction != null) return contradiction;
  const claims = movie.tracks.flatMap((track) => track.claims);
  return movie.claims.every(({ seconds }) => isNearAny(seconds, claims))
    ? []
    : [...movie.claims, ...claims];
}

/** A single frame (the still of a motion photo, a cover) and what is neither seen nor heard have no length of their own. */
function isPlayed({ handler, sampleCount }: Track): boolean {
  return (handler === 'vide' || handler === 'soun') && sampleCount > 1;
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
