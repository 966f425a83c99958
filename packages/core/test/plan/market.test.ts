import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../src/providers/adapter.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { makeRow } from '../../src/report/rows.ts';
import { makeVideoFacts } from '../support/facts.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';

/** The two providers of every world, and fal. */
function market(): StateBuilder {
  const state = buildState();
  state.providers = [...state.providers, { adapter: fal as unknown as Adapter, hasKey: true }];
  return state;
}

describe('cheapest', () => {
  test('takes the lowest price among all that can sell, and shows every price', () => {
    const state = market();
    state.addTransfer('hero', { provider: 'cheapest' });
    const step = state.step();
    expect(step).toMatchObject({ action: 'generate', provider: 'prospolabs', fallbacks: [] });
    expect(step.offers.map(({ provider, estimate }) => [provider, estimate?.highMicroUsd])).toEqual(
      [
        ['prospolabs', 304_000],
        ['empiriolabs', 560_000],
        ['fal', 504_000],
      ],
    );
  });

  test('remembers what every other company would be asked for, with a key or without', () => {
    const state = market();
    state.addTransfer('hero', { provider: 'cheapest' });
    const fingerprintFrom = (keyless: readonly string[]) => {
      state.providers = state.providers.map((provider) => ({
        ...provider,
        hasKey: !keyless.includes(provider.adapter.id),
      }));
      const step = state.step();
      if (step.action !== 'generate') throw new Error('it is not bought');
      return { own: step.fingerprint, elsewhere: step.elsewhere };
    };
    const cheapest = fingerprintFrom([]);
    const other = fingerprintFrom(['prospolabs']);
    expect(cheapest.elsewhere).toHaveLength(2);
    expect(cheapest.elsewhere).toContain(other.own);
    expect(other.elsewhere).toContain(cheapest.own);
  });

  test('leaves out who has no key while somebody has one', () => {
    const state = market();
    state.providers = state.providers.map((provider) => ({
      ...provider,
      hasKey: provider.adapter.id !== 'prospolabs',
    }));
    state.addTransfer('hero', { provider: 'cheapest' });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'fal' });
  });

  test('in a private repository is the cheapest that takes local files', () => {
    const state = market();
    state.staging = { ...state.staging, visibility: 'private', method: 'provider-public' };
    state.addTransfer('hero', { provider: 'cheapest' });
    const step = state.step();
    expect(step).toMatchObject({
      action: 'generate',
      provider: 'fal',
      staged: { motion: { method: 'provider' } },
    });
    expect(step.offers[0]?.problems[0]).toContain('Prospolabs takes no local character');
  });
});

describe('a WEBM clip', () => {
  function withWebm(provider: 'cheapest' | readonly string[]) {
    const state = market();
    const hero = state.addTransfer('hero', { provider });
    state.setMotion(hero.motion, { facts: { ...makeVideoFacts(), container: 'webm' } });
    return state.step();
  }

  test.each(['cheapest', ['fal', 'empiriolabs'], ['empiriolabs']] as const)(
    'asked of %j goes to who takes it',
    (provider) => {
      expect(withWebm(provider)).toMatchObject({ action: 'generate', provider: 'empiriolabs' });
    },
  );

  test('is blocked where nobody of the list takes it, with the name of who does', () => {
    const { action, reasons } = withWebm(['prospolabs', 'fal']);
    expect(action).toBe('blocked');
    const messages = reasons.map(({ message }) => message);
    expect(messages).toContainEqual(
      'fal: motion: the clip is WEBM, which fal is not known to take; convert it to MP4 or MOV',
    );
    expect(messages.at(-1)).toBe('WEBM clips are taken by EmpirioLabs');
  });
});

describe('a clip in a container that looks like MP4', () => {
  const withContainer = (container: '3gp' | 'f4v' | 'm4v') => {
    const state = market();
    const hero = state.addTransfer('hero', { provider: ['fal'] });
    state.setMotion(hero.motion, { facts: makeVideoFacts({ container }) });
    return state.step();
  };

  test.each(['3gp', 'f4v'] as const)('is blocked by its name where it is %s', (container) => {
    const { action, reasons } = withContainer(container);
    expect(action).toBe('blocked');
    expect(reasons[0]?.message).toBe(
      `motion: the clip is ${container.toUpperCase()}, which fal is not known to take; convert it to MP4 or MOV`,
    );
  });

  test('warns where it is M4V, which is MP4 under another name', () => {
    const step = withContainer('m4v');
    expect(step.action).toBe('generate');
    expect(step.warnings.join()).toContain('the clip is M4V, which fal is not known to take');
  });
});

describe('a list of providers', () => {
  test('in a private repository skips those that the files do not reach', () => {
    const state = market();
    state.staging = { ...state.staging, visibility: 'private', method: 'provider-public' };
    state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
    expect(state.step()).toMatchObject({ action: 'generate', provider: 'fal', fallbacks: [] });
  });

  test('that reaches nobody is blocked with what is wrong at each', () => {
    const state = market();
    state.staging = { ...state.staging, visibility: 'private' };
    state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
    const { action, reasons } = state.step();
    expect(action).toBe('blocked');
    expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(['staging']));
    const said = reasons.map(({ message }) => message).join(' ');
    expect(said).toContain('Prospolabs: ');
    expect(said).toContain('fal: ');
  });

  test('names who is asked next, with a fingerprint and a price of its own', () => {
    const state = market();
    const hero = state.addTransfer('hero', { provider: ['prospolabs', 'empiriolabs', 'fal'] });
    const step = state.step();
    expect(step).toMatchObject({
      provider: 'prospolabs',
      estimate: { highMicroUsd: 304_000 },
      fallbacks: [
        {
          provider: 'empiriolabs',
          fingerprint: state.fingerprintOf(hero, 'empiriolabs'),
          estimate: { highMicroUsd: 560_000 },
        },
        { provider: 'fal', fingerprint: state.fingerprintOf(hero, 'fal') },
      ],
    });
    expect(state.plan().totals.highMicroUsd).toBe(304_000);
    expect(makeRow({ id: step.id, step, result: null }).why).toContain(
      'if prospolabs does not accept it: empiriolabs, then fal, at most $0.56',
    );
  });

  test('makes the same plan with all keys and with none', () => {
    const digests = [true, false].map((hasKey) => {
      const state = market();
      state.providers = state.providers.map((provider) => ({ ...provider, hasKey }));
      state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
      return state.plan().digest;
    });
    expect(new Set(digests).size).toBe(1);
  });

  test('falls back to nobody who stands before the first with a key', () => {
    const state = market();
    state.providers = state.providers.map((provider) => ({
      ...provider,
      hasKey: provider.adapter.id === 'fal',
    }));
    state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
    expect(state.step()).toMatchObject({ provider: 'fal', fallbacks: [] });
  });

  test('warns of a fallback that does not fit the limits', () => {
    const state = market();
    state.limits = { ...state.limits, perTransferMicroUsd: 400_000, perRunMicroUsd: 700_000 };
    state.addTransfer('hero', { provider: ['prospolabs', 'empiriolabs'] });
    state.addTransfer('second', { motion: 'assets/bow.mp4' });
    const [step] = state.plan().steps;
    expect(step?.warnings).toEqual([
      'provider: empiriolabs, its fallback, may cost $0.56, which does not fit per-transfer $0.40: it would not be asked',
      'provider: empiriolabs, its fallback, may cost $0.56, which does not fit per-run $0.70: it would not be asked',
    ]);
  });

  test('warns of a fallback on the same machines', () => {
    const state = market();
    state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
    expect(state.step().warnings).toContain(
      'provider: fal runs on the same machines as prospolabs (fal), so it is not asked when those are out of order',
    );
  });

  test('reuses what any of its providers made', () => {
    const state = market();
    const hero = state.addTransfer('hero', { provider: ['prospolabs', 'fal'] });
    state.lock(hero, { provider: 'fal' });
    expect(state.step()).toMatchObject({ action: 'reuse', provider: 'fal' });
  });
});

describe('options of one provider', () => {
  const parameters = (url: string) => {
    const options = fal.options.parse({
      elements: [{ 'frontal-image-url': url, 'reference-image-urls': [url] }],
    });
    return { options };
  };

  test('hold addresses whose queries change nothing', () => {
    const fingerprints = ['?sig=1', '?sig=2', ''].map((query) => {
      const state = market();
      const hero = state.addTransfer('hero', {
        provider: ['fal'],
        parameters: { orientation: 'video' },
        providerOptions: { fal: parameters(`https://a.example.com/face.png${query}`).options },
      });
      return state.fingerprintOf(hero, 'fal');
    });
    expect(new Set(fingerprints).size).toBe(1);
  });

  test('tell two faces apart', () => {
    const fingerprints = ['face', 'other'].map((name) => {
      const state = market();
      const hero = state.addTransfer('hero', {
        parameters: { orientation: 'video' },
        providerOptions: { fal: parameters(`https://a.example.com/${name}.png`).options },
      });
      return state.fingerprintOf(hero, 'fal');
    });
    expect(new Set(fingerprints).size).toBe(2);
  });

  test.each([fal, kling])('are refused by $title when it does not know them', ({ options }) => {
    expect(options.safeParse({ 'negative-prompt': 'rain' }).success).toBe(false);
  });
});
