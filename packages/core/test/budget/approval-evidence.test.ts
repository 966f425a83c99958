import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isOnRecord,
  type KeptRecord,
  nextRecord,
  proveShown,
  type ShownFacts,
} from '../../src/budget/approval-evidence.ts';

const facts: ShownFacts = {
  headSha: 'a'.repeat(40),
  planDigest: 'd'.repeat(64),
  totalMicroUsd: 380_000,
  text: 'a plan',
};
const other = { ...facts, planDigest: 'e'.repeat(64) };

/** What GitHub keeps after showing one after the other, a second apart. */
function keep(...shown: readonly (readonly [ShownFacts, boolean])[]): KeptRecord[] {
  let kept: KeptRecord[] = [];
  for (const [index, [what, replacesOurs]] of shown.entries()) {
    const description = nextRecord(what, kept, replacesOurs);
    if (description != null) kept = [{ description, atMs: 1_000 * (index + 1) }, ...kept];
  }
  return kept;
}

describe('the record of what was shown', () => {
  test('proves the plan and the words, from the moment they were first shown', () => {
    const kept = keep([facts, false]);
    expect(proveShown(facts, kept)).toEqual({ kind: 'shown', sinceMs: 1_000 });
    expect(isOnRecord(facts.text, kept)).toBe(true);
    expect(proveShown(facts, [])).toEqual({ kind: 'none' });
  });

  test('is not written twice for the same plan in the same words', () => {
    expect(keep([facts, false], [facts, true])).toHaveLength(1);
  });

  test('goes on for the same plan in other words of ours', () => {
    const approved = { ...facts, text: 'a plan, approved' };
    const kept = keep([facts, false], [approved, true]);
    expect(proveShown(approved, kept)).toEqual({ kind: 'shown', sinceMs: 1_000 });
    expect(proveShown(facts, kept)).toEqual({ kind: 'changed' });
  });

  test('begins anew where the words before were not ours, also when they come back', () => {
    const kept = keep([facts, false], [facts, false]);
    expect(proveShown(facts, kept)).toEqual({ kind: 'shown', sinceMs: 2_000 });
  });

  test('begins anew when another plan was shown in between', () => {
    const kept = keep([facts, false], [{ ...other, text: 'b' }, true], [facts, true]);
    expect(proveShown(facts, kept)).toEqual({ kind: 'shown', sinceMs: 3_000 });
  });

  test.each<readonly [string, Partial<ShownFacts>]>([
    ['another commit', { headSha: 'b'.repeat(40) }],
    ['another plan', { planDigest: 'e' }],
    ['another total', { totalMicroUsd: 380_001 }],
    ['other words', { text: 'a plan ' }],
  ])('does not prove %s', (_, changes) => {
    expect(proveShown({ ...facts, ...changes }, keep([facts, false]))).toEqual({ kind: 'changed' });
  });

  test('fits into a status of GitHub, for any price, and reads itself back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (totalMicroUsd, text) => {
        const shown = { ...facts, totalMicroUsd, text };
        const [record, ...more] = keep([shown, false]);
        expect(record?.description.length).toBeLessThanOrEqual(140);
        expect(more).toEqual([]);
        expect(proveShown(shown, keep([shown, false])).kind).toBe('shown');
      }),
    );
  });

  test('takes no notice of what is no record, and does not believe one that goes on from nothing', () => {
    const kept = keep([facts, false]);
    const noise = { description: 'Build passed', atMs: 9_000 };
    expect(proveShown(facts, [noise, ...kept]).kind).toBe('shown');
    const torn = kept.map((record) => ({
      ...record,
      description: record.description.replace('first:', 'again:'),
    }));
    expect(proveShown(facts, torn)).toEqual({ kind: 'changed' });
  });
});
