import type { ImageFacts, MediaFacts, VideoFacts } from '../../src/model/media/media.ts';
import type { Job } from '../../src/providers/adapter.ts';

/** A sound PNG and a sound 4-second MP4 that every provider takes. */
export function makeFacts(
  motion: Partial<VideoFacts> = {},
  character: Partial<ImageFacts> = {},
): MediaFacts {
  return { character: makeImageFacts(character), motion: makeVideoFacts(motion) };
}

export function makeImageFacts(changes: Partial<ImageFacts> = {}): ImageFacts {
  return { format: 'png', width: 720, height: 960, bytes: 40_000, ...changes };
}

export function makeVideoFacts(changes: Partial<VideoFacts> = {}): VideoFacts {
  const trackSeconds = changes.trackSeconds ?? 4;
  return {
    container: 'mp4',
    codec: 'h264',
    width: 720,
    height: 1280,
    framesPerSecond: 30,
    bytes: 150_000,
    hasSound: true,
    trackSeconds,
    longestSeconds: trackSeconds,
    evidence: [{ source: 'mvhd', seconds: trackSeconds }],
    ...changes,
  };
}

/** A job as a config without any requested makes it. */
export function makeJob<Options>(
  model: string,
  options: Options,
  changes: Partial<Job<Options>> = {},
): Job<Options> {
  return {
    model,
    prompt: null,
    tier: 'standard',
    orientation: 'image',
    keepOriginalSound: true,
    durationSeconds: null,
    options,
    ...changes,
  };
}
