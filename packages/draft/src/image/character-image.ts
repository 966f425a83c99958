/** An image of the character: row-major RGBA, straight (not premultiplied) alpha. */
export interface CharacterImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}
