import type { DurationEvidence } from '../model/media/media.ts';

/** Two claims about one length that differ by more than this are a lie or damage: not priced, not bought. */
export const MAX_DISAGREEMENT_SECONDS = 1;

/** Sound comes in frames of up to this length, and so ends a little later than the pictures. */
const SOUND_FRAME_SECONDS = 0.05;

export function spreadOf(claims: readonly DurationEvidence[]): number {
  const seconds = claims.map((claim) => claim.seconds);
  return seconds.length === 0 ? 0 : Math.max(...seconds) - Math.min(...seconds);
}

/** Whether the claim could be true beside one of these; beside none at all it can. */
export function isNearAny(seconds: number, claims: readonly DurationEvidence[]): boolean {
  return (
    claims.length === 0 ||
    claims.some((claim) => Math.abs(claim.seconds - seconds) <= MAX_DISAGREEMENT_SECONDS)
  );
}

/** The longest claim of all: of the video, or of anything else that ends later by more than a frame of sound. */
export function longestOf(
  ofVideo: readonly DurationEvidence[],
  ofOthers: readonly DurationEvidence[],
): number {
  const longestVideo = Math.max(0, ...ofVideo.map(({ seconds }) => seconds));
  const longestOther = Math.max(0, ...ofOthers.map(({ seconds }) => seconds));
  return longestOther > longestVideo + SOUND_FRAME_SECONDS ? longestOther : longestVideo;
}

/** Why a clip cannot be priced, by the claims that cannot be true together; `null` where there are none. */
export function describeContradiction(claims: readonly DurationEvidence[]): string | null {
  if (claims.length === 0) return null;
  const list = claims.map(({ source, seconds }) => `${source} ${seconds.toFixed(2)} s`).join(', ');
  return `the clip does not agree with itself about its length (${list}), so it cannot be priced; encode it again`;
}
