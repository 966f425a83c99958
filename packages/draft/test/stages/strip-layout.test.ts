import { expect, test } from 'vitest';
import { layOutStrip } from '../../src/strip/layout.ts';

const WIDE = 16 / 9;
const TALL = 9 / 16;

test.each([
  ['three wide pictures', [WIDE, WIDE, WIDE]],
  ['three tall ones', [TALL, TALL, TALL]],
  ['two', [TALL, WIDE]],
  ['one', [WIDE]],
  ['a sliver beside a panorama', [0.01, 50, 1]],
])('%s stand side by side, equally tall, within the width of a comment', (_, shapes) => {
  const { width, height, cells } = layOutStrip(shapes);
  expect(width).toBeLessThanOrEqual(600);
  expect(cells.length).toBe(shapes.length);
  expect(new Set(cells.map((cell) => cell.height)).size).toBe(1);
  for (const [index, cell] of cells.entries()) {
    const next = cells[index + 1]?.left ?? width;
    expect(cell.left + cell.width).toBeLessThan(next);
    expect(cell.top + cell.height).toBeLessThan(height);
    expect(cell.width).toBeGreaterThanOrEqual(100);
  }
});
