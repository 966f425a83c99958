import { createPicture, type Picture } from '../../src/image/picture.ts';
import type { EvidenceMap } from '../../src/puppet/coverage.ts';
import { ALL_CAPSULES } from '../../src/puppet/coverage.ts';
import type { Pose, Proportions } from '../../src/puppet/pose.ts';
import { markParts } from '../../src/puppet/residual.ts';

/** Evidence of a puppet that stands exactly as posed. */
export function evidenceFor(
  pose: Pose,
  shape: Proportions,
  width: number,
  height: number,
): EvidenceMap {
  const mask = new Uint8Array(width * height);
  markParts(mask, width, height, pose, shape, ALL_CAPSULES, 1);
  return { width, height, data: Int8Array.from(mask, (value) => (value !== 0 ? 127 : -127)) };
}

/** A picture of one colour. */
export function plainPicture(width: number, height: number, y: number, u = 128, v = 128): Picture {
  const picture = createPicture(width, height);
  picture.y.fill(y);
  picture.u.fill(u);
  picture.v.fill(v);
  return picture;
}

/** Paints an axis-parallel box. */
export function paintBox(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  y: number,
  u = 128,
  v = 128,
): void {
  for (let row = top; row < top + height; row++) {
    for (let column = left; column < left + width; column++) {
      const p = row * picture.width + column;
      picture.y[p] = y;
      picture.u[p] = u;
      picture.v[p] = v;
    }
  }
}
