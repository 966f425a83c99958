export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** `image` keeps the image's pose direction (up to 10 s); `video` follows the clip (up to 30 s). */
export type Orientation = 'image' | 'video';
/** `standard` is 720p, `pro` is 1080p; each adapter maps it to its provider's own word. */
export type Tier = 'standard' | 'pro';

/** 1-based line and column in a file of the repository. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One problem with what the user wrote or supplied. `path` names the key or asset it is about. */
export interface Issue {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
  readonly position?: SourcePosition;
}

/** Where an asset comes from: a repository-relative path with `/`, or an https URL. */
export type AssetSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };
