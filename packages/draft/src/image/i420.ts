/** A tight 4:2:0 picture with even sides in one array: all of y, then u, then v. */
export interface I420 {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export function i420Size(width: number, height: number): number {
  return (width * height * 3) / 2;
}
