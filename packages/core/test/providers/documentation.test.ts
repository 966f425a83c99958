import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { adapters } from '../../src/providers/registry.ts';

const page = readFileSync(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');
const anchors = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);

test('docs/providers.md has one anchor for each model, and none twice', () => {
  expect(new Set(anchors).size).toBe(anchors.length);
  for (const { id, models } of adapters) {
    const own = anchors.filter((anchor) => anchor.startsWith(`${id}-`));
    expect(own, id).toHaveLength(Object.keys(models).length);
    expect(anchors).toContain(id);
  }
});

test('every link within docs/providers.md leads to an anchor', () => {
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, to = '']) => to);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});
