import { describe, expect, test } from 'vitest';
import type { LockedOutput } from '../../src/model/lockfile/lockfile.ts';
import type { Plan } from '../../src/model/plan.ts';
import { planSchema } from '../../src/model/plan.ts';
import { findPlanChanges } from '../../src/plan/compare.ts';
import { findRemoved } from '../../src/plan/removed-outputs.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';

const plan = (changes: Partial<Plan> = {}): Plan => ({
  ...makePlan([makeGenerateStep('a', 300_000), makeGenerateStep('b', 500_000)]),
  digest: 'first',
  ...changes,
});
const pull = (headSha: string) => ({ number: 1, headSha, baseSha: 'c'.repeat(40), removed: [] });

describe('an approved plan', () => {
  test('has no changes when it is the same, also read back from plan.json', () => {
    const stored = planSchema.parse(JSON.parse(JSON.stringify(plan())));
    expect(findPlanChanges(stored, plan())).toEqual([]);
  });

  test.each<readonly [string, Partial<Plan>, string]>([
    ['another commit', { commit: 'b'.repeat(40) }, 'the checkout is bbbbbbbbbbbb, was none'],
    [
      'another head',
      { pullRequest: pull('b'.repeat(40)) },
      'the head of the pull request is bbbbbbbbbbbb',
    ],
    [
      'a higher limit',
      { limits: { ...plan().limits, perRunMicroUsd: 9_000_000 } },
      'per-run is $9.00, was none',
    ],
    ['a new transfer', { steps: [...plan().steps, makeGenerateStep('c', 1)] }, 'c is new'],
    ['a transfer less', { steps: plan().steps.slice(0, 1) }, 'b is gone'],
    [
      'another price',
      { steps: [makeGenerateStep('a', 400_000), ...plan().steps.slice(1)] },
      'a costs $0.00 - $0.40',
    ],
    [
      'another seller',
      { steps: [makeGenerateStep('a', 300_000, { provider: 'other' }), ...plan().steps.slice(1)] },
      'a would be sold by other',
    ],
    [
      'another asset',
      { steps: [makeGenerateStep('a', 300_000, { fingerprint: 'f' }), ...plan().steps.slice(1)] },
      'a is made from something else',
    ],
    ['anything else', {}, 'a detail of it changed'],
  ])('is distinguished by %s', (_, changes, reported) => {
    expect(findPlanChanges(plan(), plan({ digest: 'second', ...changes })).join('; ')).toContain(
      reported,
    );
  });

  test('with many changes tells the first and counts the rest', () => {
    const steps = Array.from({ length: 50 }, (_, index) => makeGenerateStep(`s${index}`, 1));
    const changes = findPlanChanges(plan(), plan({ digest: 'second', steps }));
    expect(changes).toHaveLength(11);
    expect(changes.at(-1)).toMatch(/^and \d+ more$/);
  });
});

describe('removed outputs', () => {
  const locked = (character: string): LockedOutput => ({
    fingerprint: 'f',
    provider: 'fal',
    model: 'm',
    adapterRevision: 1,
    character: { source: { kind: 'file', path: character }, identity: 'git:1' },
    motion: { source: { kind: 'file', path: 'wave.mp4' }, identity: 'git:2' },
    take: 1,
    parameters: {},
    identity: 'git:3',
    sha256: '0',
    bytes: 1,
    videoSeconds: 1,
    draft: false,
    copyOf: null,
    operation: null,
    holdMicroUsd: 0,
    charge: { microUsd: 1, source: 'estimated' },
    generatedAt: '2026-01-01T00:00:00Z',
  });
  const lockfile = {
    version: 1 as const,
    outputs: { 'a.mp4': locked('a.png'), 'b.mp4': locked('b.png') },
  };

  test('are those that only the base branch makes, with who made them', () => {
    expect(
      findRemoved({
        baseOutputs: ['b.mp4', 'a.mp4', 'never-made.mp4'],
        baseLockfile: lockfile,
        headOutputs: ['b.mp4', 'new.mp4'],
        headFiles: null,
      }),
    ).toEqual([
      { output: 'a.mp4', provider: 'fal' },
      { output: 'never-made.mp4', provider: null },
    ]);
  });

  test('are recognized by the vanished asset when the files of the base branch are not known', () => {
    const facts = { baseOutputs: ['b.mp4'], baseLockfile: lockfile, headOutputs: ['b.mp4'] };
    const headFiles = new Set(['b.png', 'wave.mp4']);
    expect(findRemoved({ ...facts, headFiles })).toEqual([{ output: 'a.mp4', provider: 'fal' }]);
    expect(findRemoved({ ...facts, headFiles: null })).toEqual([]);
  });
});
