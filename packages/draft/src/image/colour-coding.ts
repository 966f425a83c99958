/** BT.709 or BT.601 luma weights of red and blue, and the range of luma codes. */
export interface ColourCoding {
  readonly red: number;
  readonly blue: number;
  readonly fullRange: boolean;
}

export const BT709: ColourCoding = { red: 0.2126, blue: 0.0722, fullRange: false };
export const BT601: ColourCoding = { red: 0.299, blue: 0.114, fullRange: false };
