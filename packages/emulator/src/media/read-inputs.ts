import type { Orientation } from '../types.ts';
import { type FetchedInput, fetchInput } from './fetch-input.ts';
import { imageKind, isLfsPointer } from './image-kind.ts';
import { type ClipFormat, probeVideoSeconds } from './probe-video.ts';

/** Longest clip by orientation, as both providers' pages say. */
export const CAP_SECONDS = { image: 10, video: 30 } as const;
/** A clip cut to 10 s by common tools is a frame or an audio packet longer. */
const CAP_TOLERANCE_SECONDS = 0.1;
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

export interface Inputs {
  readonly characterBytes: Uint8Array;
  readonly motionBytes: Uint8Array;
  readonly motionSeconds: number;
}

export interface InputProblem {
  readonly code: 'input_unreachable' | 'unsupported_image' | 'unsupported_video' | 'video_too_long';
  readonly message: string;
}

/** Downloads and examines both inputs, as a provider does before it accepts a job. */
export async function readInputs(
  provider: string,
  urls: { readonly image: string; readonly video: string },
  orientation: Orientation,
  /** Bytes behind an address that only the provider itself can read. */
  readOwn: (url: string) => Uint8Array | undefined = () => undefined,
  {
    maxImageBytes = MAX_IMAGE_BYTES,
    formats = ['mp4', 'mov'],
  }: {
    readonly maxImageBytes?: number;
    /** Clip formats that its page lists. */
    readonly formats?: readonly ClipFormat[];
  } = {},
): Promise<Inputs | InputProblem> {
  const userAgent = providerUserAgent(provider);
  const read = async (url: string): Promise<FetchedInput> => {
    const bytes = readOwn(url);
    return bytes === undefined ? fetchInput(url, userAgent) : { bytes };
  };
  const [image, video] = await Promise.all([read(urls.image), read(urls.video)]);
  if ('problem' in image) return { code: 'input_unreachable', message: image.problem };
  if ('problem' in video) return { code: 'input_unreachable', message: video.problem };
  if (imageKind(image.bytes) === undefined) {
    const message = `${urls.image} is ${describe(image.bytes)}, not a JPG, PNG or WebP image`;
    return { code: 'unsupported_image', message };
  }
  if (image.bytes.length > maxImageBytes) {
    return {
      code: 'unsupported_image',
      message: `${urls.image} is larger than ${maxImageBytes / 1_048_576} MB`,
    };
  }
  const motionSeconds = await probeVideoSeconds(video.bytes, formats);
  if (motionSeconds === undefined) {
    const message = `${urls.video} is ${describe(video.bytes)}, not one of ${formats.join(', ')}`;
    return { code: 'unsupported_video', message };
  }
  const cap = CAP_SECONDS[orientation];
  if (motionSeconds > cap + CAP_TOLERANCE_SECONDS) {
    const message = `${urls.video} lasts ${motionSeconds} s; character_orientation '${orientation}' takes at most ${cap} s`;
    return { code: 'video_too_long', message };
  }
  return { characterBytes: image.bytes, motionBytes: video.bytes, motionSeconds };
}

export function providerUserAgent(provider: string): string {
  return `emulated-${provider}`;
}

function describe(bytes: Uint8Array): string {
  return isLfsPointer(bytes) ? 'a Git LFS pointer' : 'something else';
}
