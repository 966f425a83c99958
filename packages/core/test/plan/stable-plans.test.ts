import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/model/hash.ts';
import { canonicalJson } from '../../src/model/json/json.ts';
import { assemblePlan } from '../../src/plan/assemble.ts';
import { fingerprintOf } from '../../src/plan/fingerprint.ts';
import type { PlanState } from '../../src/plan/planning-input.ts';
import { makeVideoFacts } from '../support/facts.ts';
import { assertProperty } from '../support/property.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';

/** Something of everything: reuse, copies, purchases, a resumed and a blocked one. */
function richWorld(): StateBuilder {
  const state = buildState();
  const reused = state.addTransfer('reused');
  state.lock(reused);
  state.lock(reused, {}, 'out/elsewhere.mp4');
  state.addTransfer('copied', { output: 'out/copied.mp4' });
  const resumed = state.addTransfer('resumed', { motion: 'assets/bow.mp4' });
  state.record(resumed, 'submitted');
  const blocked = state.addTransfer('blocked', { character: 'assets/robot.png' });
  state.record(blocked, 'unknown');
  state.addTransfer('bought', {
    motion: 'https://files.example.com/dance.mp4',
    provider: 'cheapest',
    parameters: { prompt: 'ä "quoted" \u2028 prompt' },
    providerOptions: { prospolabs: { async: true, 'body-shape': 'nested' } },
  });
  return state;
}

/** The same value with the keys of every object and map the other way round. */
function reversed<Value>(value: Value): Value;
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => reversed(member));
  if (value instanceof Map)
    return new Map([...value].toReversed().map(([key, member]) => [key, reversed(member)]));
  if (typeof value !== 'object' || value == null || 'adapter' in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('a plan', () => {
  test('is the same bytes for the same state', () => {
    const [one, two] = [richWorld(), richWorld()].map((state) => JSON.stringify(state.plan()));
    expect(one).toBe(two);
  });

  test('does not depend on the order of keys and maps', () => {
    const state = richWorld().state();
    const plan = assemblePlan(state).plan;
    const other = assemblePlan(reversed(state)).plan;
    expect(other).toEqual(plan);
    expect(other.digest).toBe(plan.digest);
  });

  test('keeps the order of the config', () => {
    expect(
      richWorld()
        .plan()
        .steps.map(({ id }) => id),
    ).toEqual(['reused', 'copied', 'resumed', 'blocked', 'bought']);
  });

  test('survives JSON, and its digest can be checked from there', () => {
    const plan = richWorld().plan();
    const { digest, ...body } = JSON.parse(JSON.stringify(plan));
    for (const step of body.steps) delete step.otherModels;
    expect(sha256(canonicalJson(body))).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  const changes: [string, (state: PlanState) => PlanState][] = [
    ['the commit', (state) => ({ ...state, commit: 'f'.repeat(40) })],
    [
      'a limit',
      (state) => ({
        ...state,
        config: { ...state.config, limits: { ...state.config.limits, perRunMicroUsd: 1 } },
      }),
    ],
    ['the config file', (state) => ({ ...state, config: { ...state.config, file: 'other.yml' } })],
    ['the order of transfers', (state) => withTransfers(state, (list) => list.toReversed())],
    ['the number of transfers', (state) => withTransfers(state, (list) => list.slice(1))],
    [
      'an output',
      (state) =>
        withTransfers(state, (list) =>
          list.map((transfer, index) =>
            index === 4 ? { ...transfer, output: 'out/other.mp4' } : transfer,
          ),
        ),
    ],
    [
      'a fact of a clip',
      (state) => ({
        ...state,
        motions: new Map(
          [...state.motions].map(([key, report]) => [
            key,
            { ...report, facts: makeVideoFacts({ bytes: 150_001 }) },
          ]),
        ),
      }),
    ],
    [
      'an identity',
      (state) => ({
        ...state,
        characters: new Map(
          [...state.characters].map(([key, report]) => [key, { ...report, identity: 'git:x' }]),
        ),
      }),
    ],
    ['a record', (state) => ({ ...state, purchases: new Map() })],
    ['the lockfile', (state) => ({ ...state, lockfile: { version: 1, outputs: {} } })],
  ];

  test.each(changes)('has another digest when it changes: %s', (_name, change) => {
    const state = richWorld().state();
    expect(assemblePlan(change(state)).plan.digest).not.toBe(assemblePlan(state).plan.digest);
  });
});

describe('canonical JSON', () => {
  test('is JSON of the same value, whatever the order of keys', () => {
    assertProperty(
      'canonical JSON',
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      1_000,
    );
  });

  test('leaves out what is undefined', () => {
    expect(canonicalJson({ b: undefined, a: [1, null] })).toBe('{"a":[1,null]}');
  });
});

describe('a fingerprint', () => {
  const parts = {
    character: 'git:1',
    motion: 'git:2',
    provider: 'prospolabs',
    model: 'm',
    take: 1,
    parameters: { quality: 'pro' },
  };

  test.each([
    { character: 'git:3' },
    { motion: 'git:3' },
    { provider: 'empiriolabs' },
    { model: 'n' },
    { take: 2 },
    { parameters: { quality: 'standard' } },
    { parameters: {} },
    { character: 'git:2', motion: 'git:1' },
  ])('is another for %j', (change) => {
    expect(fingerprintOf({ ...parts, ...change })).not.toBe(fingerprintOf(parts));
  });

  test('never changes, or everything would be bought again', () => {
    expect(fingerprintOf(parts)).toBe(
      sha256(
        '{"character":"git:1","model":"m","motion":"git:2","parameters":{"quality":"pro"},"provider":"prospolabs","take":1}',
      ),
    );
  });
});

function withTransfers(
  state: PlanState,
  change: (list: PlanState['config']['transfers']) => PlanState['config']['transfers'],
): PlanState {
  return { ...state, config: { ...state.config, transfers: change(state.config.transfers) } };
}
