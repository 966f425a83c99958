import { describe, expect, test } from 'vitest';
import { makeCandidate, type PlanProvider } from '../../src/plan/sellers/sellers.ts';
import type { Adapter, Job } from '../../src/providers/adapter.ts';
import { empiriolabs } from '../../src/providers/empiriolabs/empiriolabs.ts';
import { adapters } from '../../src/providers/registry.ts';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { makeFacts, makeVideoFacts } from '../support/facts.ts';
import { buildState, defaultParameters } from '../support/state-builder.ts';
import { said } from './steps.ts';

const URL = 'https://cdn.example.com/wave.mp4?sig=1';
const ORIENTATIONS = ['image', 'video'] as const;
const methods = ['auto', 'github', 's3', 'provider', 'provider-public'] as const;

/** Every way of getting a clip at an address to every model of every provider. */
const ways = adapters.flatMap((adapter) =>
  Object.values(adapter.models).flatMap(({ name }) =>
    ORIENTATIONS.flatMap((orientation) =>
      (['standard', 'pro'] as const).flatMap((tier) =>
        methods.flatMap((method) =>
          [false, true].map((hasBucket) => ({
            adapter,
            model: name ?? 'any',
            orientation,
            tier,
            method,
            hasBucket,
          })),
        ),
      ),
    ),
  ),
);

function planOf(way: (typeof ways)[number], seconds = 4) {
  const { adapter, model, orientation, tier, method, hasBucket } = way;
  const state = buildState();
  state.providers = [{ adapter, hasKey: true }];
  state.staging = { ...state.staging, method, hasBucket };
  const character = 'https://cdn.example.com/hero.png';
  const parameters = { orientation, tier };
  state.addTransfer('hero', {
    character,
    motion: URL,
    provider: [adapter.id],
    model: model as 'any',
    parameters,
  });
  const facts = makeVideoFacts({ trackSeconds: seconds, longestSeconds: seconds });
  state.setMotion({ kind: 'url', url: URL }, { facts });
  return state.step();
}

/** What the provider could bill for the longest clip that this orientation takes. */
function mostBilled({ adapter, orientation }: (typeof ways)[number], job: Job): number {
  const seconds = adapter.models[job.model]?.maxSeconds[orientation].value ?? 0;
  const longest = makeFacts({ trackSeconds: seconds, longestSeconds: seconds });
  return (adapter as Adapter).estimate(job, longest).highMicroUsd;
}

function jobOf(
  way: (typeof ways)[number],
  step: Extract<ReturnType<typeof planOf>, { action: 'generate' }>,
): Job {
  const { tier, orientation } = way;
  const { model, options, price } = step;
  const { prompt, keepOriginalSound, durationSeconds } = defaultParameters;
  return { model, prompt, tier, orientation, keepOriginalSound, durationSeconds, options, price };
}

describe('a clip at an address of somebody else', () => {
  test('is never held lower than what its longest replacement costs, unless the bytes are ours', () => {
    let passed = 0;
    let ours = 0;
    for (const way of ways) {
      const step = planOf(way);
      const about = JSON.stringify({ ...way, adapter: way.adapter.id });
      if (step.action !== 'generate') throw new Error(`${about}: ${said(step)}`);
      const isOurs = step.staged.motion.method === 'fetched';
      if (isOurs) ours += 1;
      else passed += 1;
      const { highMicroUsd } = step.estimate;
      const most = mostBilled(way, jobOf(way, step));
      if (isOurs) expect(highMicroUsd, about).toBeLessThan(most);
      else expect(highMicroUsd, about).toBeGreaterThanOrEqual(most);
      expect(step.warnings.join().includes('may serve'), about).toBe(!isOurs);
    }
    expect(Math.min(passed, ours)).toBeGreaterThan(20);
  });

  test('costs as little as what was read of it, at best', () => {
    const [way] = ways;
    if (way == null) throw new Error('no way');
    const step = planOf({ ...way, orientation: 'image', method: 'github' });
    if (step.action !== 'generate') throw new Error('blocked');
    expect(step.estimate.basis).toMatch(/^4 to 10 s/);
  });

  test('is bought under the same name, however it reaches the provider', () => {
    const names = new Map<string, Set<string>>();
    for (const way of ways) {
      const step = planOf(way);
      if (step.action !== 'generate') throw new Error('blocked');
      const what = `${way.adapter.id} ${way.model} ${way.orientation} ${way.tier}`;
      names.set(what, (names.get(what) ?? new Set()).add(step.fingerprint));
    }
    expect([...names.values()].filter(({ size }) => size > 1)).toEqual([]);
  });

  test('that was bought is reused', () => {
    for (const method of methods) {
      const state = buildState();
      const hero = state.addTransfer('hero', { motion: URL });
      state.lock(hero);
      state.staging = { ...state.staging, method, hasBucket: method === 's3' };
      expect(state.step()).toMatchObject({ action: 'reuse' });
    }
  });

  test('names the ways to a lower hold', () => {
    const state = buildState();
    state.addTransfer('hero', { motion: URL });
    expect(state.step().warnings.join()).toContain(
      'motion: its address may serve Prospolabs another clip than the one that was read, so 10 s are held, the most that is billed; for a lower hold put the clip into the repository, or name a bucket',
    );
  });

  test('is held as it was read where a provider documents that it bills what is asked for', () => {
    const estimate = (billsDuration: Adapter['billsDuration']) => {
      const adapter = { ...empiriolabs, billsDuration } as unknown as PlanProvider['adapter'];
      const state = buildState();
      const transfer = state.addTransfer('hero', { motion: URL });
      const identities = { character: 'sha256:1', motion: 'sha256:2' };
      const circumstances = { prices: { contract: {}, published: new Map() }, isClipFixed: false };
      const [model = ''] = Object.keys(adapter.models);
      const provider = { adapter, hasKey: true };
      return makeCandidate(provider, model, transfer, identities, makeFacts(), circumstances)
        .estimate?.highMicroUsd;
    };
    const says = (basis: 'documented' | 'assumed') => ({ value: true, basis, source: 'a page' });
    expect(estimate(says('documented'))).toBe(560_000);
    expect(estimate(says('assumed'))).toBe(1_400_000);
    expect(estimate(empiriolabs.billsDuration)).toBe(1_400_000);
  });

  test('is not put where anybody can open it, unless the config says so', () => {
    const way = ways.find(({ adapter }) => adapter.id === 'fal');
    if (way == null) throw new Error('no way');
    const motionOf = (method: (typeof methods)[number]) => {
      const step = planOf({ ...way, method, hasBucket: false });
      return step.action === 'generate' ? step.staged.motion.method : null;
    };
    expect(motionOf('auto')).toBe('pass-through');
    expect(motionOf('provider')).toBe('pass-through');
    expect(motionOf('provider-public')).toBe('fetched');
  });

  test('is handed to storage of the provider that nobody else reads', () => {
    const way = ways.find(({ adapter }) => adapter.id === replicate.id);
    if (way == null) throw new Error('no way');
    const step = planOf({ ...way, method: 'auto', hasBucket: true });
    expect(step).toMatchObject({
      staged: {
        character: { method: 'pass-through' },
        motion: { method: 'fetched', url: URL, to: 'provider' },
      },
    });
  });

  test('of a file in the repository at its commit is held as it was read', () => {
    const state = buildState();
    state.addTransfer('hero');
    expect(state.step()).toMatchObject({ estimate: { basis: '4 s x $0.076' }, warnings: [] });
  });
});

describe('a clip whose address names its commit at GitHub', () => {
  const rawBaseUrl = 'https://raw.githubusercontent.com';
  const SHA = 'a'.repeat(40);

  /** What is held at EmpirioLabs, by the second. */
  function held(url: string): number {
    const state = buildState();
    state.providers = [{ adapter: empiriolabs, hasKey: true }];
    state.staging = { ...state.staging, rawBaseUrl };
    state.addTransfer('hero', {
      character: 'https://cdn.example.com/hero.png',
      motion: url,
      provider: ['empiriolabs'],
    });
    const facts = makeVideoFacts({ trackSeconds: 4, longestSeconds: 4 });
    state.setMotion({ kind: 'url', url }, { facts });
    const step = state.step();
    return 'estimate' in step ? (step.estimate?.highMicroUsd ?? 0) / 140_000 : 0;
  }

  test('is held for its own length: nobody can exchange it', () => {
    expect(held(`${rawBaseUrl}/octo/animations/${SHA}/wave.mp4`)).toBe(4);
  });

  test.each([
    ['a branch', `${rawBaseUrl}/octo/animations/main/wave.mp4`],
    ['an abbreviated commit', `${rawBaseUrl}/octo/animations/${SHA.slice(0, 12)}/wave.mp4`],
    ['another host', `https://raw.example.com/octo/animations/${SHA}/wave.mp4`],
    ['a host that begins like it', `${rawBaseUrl}.example.com/o/a/${SHA}/wave.mp4`],
    ['a query', `${rawBaseUrl}/octo/animations/${SHA}/wave.mp4?token=1`],
  ])('is not with %s', (_what, url) => {
    expect(held(url)).toBe(10);
  });
});
