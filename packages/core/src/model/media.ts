/** Where an asset comes from: a repository-relative path with `/`, or an https URL. */
export type AssetSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** Facts of an image, read from its content; `format` (`jpg`, `png`, `webp`, ...) is never taken from the file name. */
export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** One place in a container that claims a duration, e.g. `mvhd`, `stts of track 1`. */
export interface DurationEvidence {
  readonly source: string;
  readonly seconds: number;
}

/** Facts of a video, read from its container by range reads. Pixel sizes are as displayed (rotation applied). */
export interface VideoFacts {
  readonly container: 'mp4' | 'mov';
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number | null;
  readonly bytes: number;
  readonly hasSound: boolean;
  /** What the video track itself plays. */
  readonly trackSeconds: number;
  /** The longest any evidence claims: this is what is held against the budget. */
  readonly longestSeconds: number;
  readonly evidence: readonly DurationEvidence[];
}

export interface MediaFacts {
  readonly character: ImageFacts;
  readonly motion: VideoFacts;
}

/**
 * What an asset is: `git:<blob id>` (files, whether in git yet or not) or `sha256:<hex>` (LFS objects
 * and URLs). Two assets with equal identity have equal bytes.
 */
export type Identity = string;

export interface Asset<Facts> {
  readonly source: AssetSource;
  readonly identity: Identity;
  readonly facts: Facts;
}
