import type { VideoFacts } from '../model/media.ts';
import type { ByteSource } from './byte-source.ts';
import { isEbml } from './content.ts';
import { readMovieFacts } from './mp4/video-facts.ts';
import { readWebmFacts } from './webm/webm-facts.ts';

/** Facts of a clip, by its content and not its name. Throws `MediaError` for anything but an MP4, MOV or WebM. */
export async function readVideoFacts(source: ByteSource): Promise<VideoFacts> {
  return isEbml(await source.read(0, 4)) ? readWebmFacts(source) : readMovieFacts(source);
}

/** How far apart the durations are that a file claims; above a second, nobody knows what it would cost. */
export function durationDisagreementSeconds(facts: Pick<VideoFacts, 'evidence'>): number {
  const claimed = facts.evidence.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return (claimed.at(-1) ?? 0) - (claimed[0] ?? 0);
}
