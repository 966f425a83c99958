import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLIP_ROLES } from '../../../src/report/gallery/clips.ts';
import {
  chooseEmbedded,
  embeddedBytes,
  type SizedClip,
} from '../../../src/report/gallery/embedding.ts';
import { assertProperty } from '../../support/property.ts';

const clips: readonly SizedClip[] = [
  { key: 'motion', role: 'motion', bytes: 300 },
  { key: 'draft', role: 'draft', bytes: 300 },
  { key: 'large output', role: 'output', bytes: 900 },
  { key: 'output', role: 'output', bytes: 300 },
  { key: 'character', role: 'character', bytes: 300 },
];

const choose = (maxBytes: number) => [...chooseEmbedded(clips, maxBytes)].sort();

describe('what becomes part of the page', () => {
  test('is everything where there is room', () => {
    expect(choose(10_000)).toHaveLength(5);
  });

  test.each([
    [399, []],
    [400, ['character']],
    [800, ['character', 'output']],
    [1_200, ['character', 'draft', 'output']],
    [2_000, ['character', 'large output', 'output']],
    [2_399, ['character', 'large output', 'output']],
    [2_400, ['character', 'draft', 'large output', 'output']],
  ])('of %i bytes are characters first, then outputs, drafts and references', (limit, keys) => {
    expect(choose(limit)).toEqual(keys);
  });

  test('counts a file shown in several rows once', () => {
    const shared = Array.from({ length: 50 }, () => ({
      key: 'motion',
      role: 'motion' as const,
      bytes: 300,
    }));
    expect([...chooseEmbedded(shared, 400)]).toEqual(['motion']);
  });

  test('is 40 MiB of text at most, unless a command is given', () => {
    const bytes = 30 * 1_048_576;
    expect(chooseEmbedded([{ key: 'a', role: 'output', bytes }]).size).toBe(1);
    expect(chooseEmbedded([{ key: 'a', role: 'output', bytes: bytes + 1 }]).size).toBe(0);
  });

  test('is measured as base64 writes it', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 100]) {
      expect(embeddedBytes(length)).toBe(Buffer.alloc(length).toString('base64').length);
    }
  });

  test('never exceeds the limit, and leaves out only what does not fit any more', () => {
    const clip = fc.record({
      key: fc.stringMatching(/^[a-j]$/),
      role: fc.constantFrom(...CLIP_ROLES),
      bytes: fc.nat(1_000),
    });
    const some = fc.uniqueArray(clip, { selector: ({ key }) => key, maxLength: 10 });
    assertProperty(
      'embedding',
      fc.property(some, fc.nat(5_000), (given, limit) => {
        const chosen = chooseEmbedded(given, limit);
        const used = given
          .filter(({ key }) => chosen.has(key))
          .reduce((sum, { bytes }) => sum + embeddedBytes(bytes), 0);
        expect(used).toBeLessThanOrEqual(limit);
        for (const { key, bytes } of given) {
          if (!chosen.has(key)) expect(used + embeddedBytes(bytes)).toBeGreaterThan(limit);
        }
      }),
    );
  });
});
