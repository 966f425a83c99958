import { describe, expect, test } from 'vitest';
import { retentionNotes, shortRetention } from '../../src/plan/retention.ts';
import { adapters } from '../../src/providers/registry.ts';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { makeGenerateStep } from '../support/plans.ts';

const MODEL = Object.keys(replicate.models)[0] ?? '';
const atReplicate = { ...makeGenerateStep('a', 300_000), provider: 'replicate', model: MODEL };

describe('a provider that keeps videos for less than a day', () => {
  test('is reported once, also when it is only asked after others', () => {
    const elsewhere = makeGenerateStep('b', 300_000);
    const { provider, model, adapterRevision, fingerprint, options, price, estimate, staged } =
      atReplicate;
    const fallback = {
      provider,
      model,
      adapterRevision,
      fingerprint,
      options,
      price,
      estimate,
      staged,
    };
    for (const steps of [
      [atReplicate, { ...atReplicate, id: 'c' }],
      [{ ...elsewhere, fallbacks: [fallback] }],
    ]) {
      const notes = retentionNotes({ steps }, adapters);
      expect(notes).toHaveLength(1);
      expect(notes[0]).toContain('Replicate keeps a finished video for 1 hour only');
    }
    expect(retentionNotes({ steps: [elsewhere] }, adapters)).toEqual([]);
  });

  test('is Replicate alone, of those that say how long', () => {
    const short = adapters.filter((adapter) =>
      Object.keys(adapter.models).some((model) => shortRetention(adapter, model) != null),
    );
    expect(short.map(({ id }) => id)).toEqual(['replicate']);
  });

  test.each([
    [1, null],
    [0.5, '12 hours'],
    [1 / 24, '1 hour'],
    [1 / 48, '30 minutes'],
    [0, '1 minute'],
  ])('after %f days', (value, words) => {
    const spec = replicate.models[MODEL];
    if (spec == null) throw new Error('no model');
    const models = { [MODEL]: { ...spec, retentionDays: { ...spec.retentionDays, value } } };
    expect(shortRetention({ ...replicate, models }, MODEL)).toBe(words);
  });
});
