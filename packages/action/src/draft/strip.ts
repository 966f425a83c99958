/** Pictures and clips side by side, from left to right, as one small WebP. */
export interface StripRequest {
  readonly cells: readonly {
    readonly role: 'character' | 'reference' | 'draft' | 'before' | 'result';
    readonly kind: 'image' | 'video';
    readonly path: string;
  }[];
  readonly output: string;
  readonly maxBytes: number;
}

/** Draws it at `output`. @throws MotionTransferError for what cannot be drawn, and where there is no engine. */
export type DrawStrip = (request: StripRequest, signal: AbortSignal) => Promise<void>;
