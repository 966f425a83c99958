import type { VideoFacts } from '../model/media/media.ts';
import type { ByteSource } from './byte-source.ts';
import { isEbml } from './content.ts';
import { readMovieFacts } from './mp4/video-facts.ts';
import type { Reading } from './reading.ts';
import { readWebmFacts } from './webm/webm-facts.ts';

/** Reads a clip, by its content and not its name. Throws `MediaError` for anything but an MP4, MOV or WebM. */
export async function readVideo(source: ByteSource): Promise<Reading<VideoFacts>> {
  return isEbml(await source.read(0, 4)) ? readWebmFacts(source) : readMovieFacts(source);
}
