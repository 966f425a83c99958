import { expect, test } from 'vitest';
import { cutOut } from '../../src/matte/matte.ts';
import { draw } from '../helpers/drawings.ts';

test.each(['white jpeg', 'blue png'] as const)(
  'a %s leaves soft edges like those of the drawing itself, without its ground',
  async (ground) => {
    for (const drawing of ['flat', 'outlined', 'dress'] as const) {
      const truth = await draw(drawing);
      const { rgba, mask } = cutOut(await draw(drawing, ground));
      let error = 0;
      let hard = 0;
      let edges = 0;
      let tint = 0;
      for (let p = 0; p < mask.length; p++) {
        const alpha = truth.rgba[4 * p + 3] ?? 0;
        if (alpha < 40 || alpha > 215) continue;
        const found = rgba[4 * p + 3] ?? 0;
        edges++;
        error += Math.abs(found - alpha) / 255;
        hard += Math.abs((mask[p] === 0 ? 0 : 255) - alpha) / 255;
        if (found > 100) {
          for (let c = 0; c < 3; c++)
            tint += Math.abs((rgba[4 * p + c] ?? 0) - (truth.rgba[4 * p + c] ?? 0)) / 3;
        }
      }
      expect(error / edges, drawing).toBeLessThan(0.16);
      expect(error, drawing).toBeLessThan(0.6 * hard);
      expect(tint / edges, drawing).toBeLessThan(22);
    }
  },
);

test('alpha falls outwards without a step back across an edge found by colour', async () => {
  const { rgba } = cutOut(await draw('flat', 'blue png'));
  // From the left into the shirt, row by row.
  for (let y = 300; y < 340; y++) {
    let last = 0;
    for (let x = 130; x < 170; x++) {
      const alpha = rgba[4 * (y * 400 + x) + 3] ?? 0;
      expect(alpha).toBeGreaterThanOrEqual(last - 2);
      last = alpha;
    }
    expect(last).toBe(255);
  }
});
