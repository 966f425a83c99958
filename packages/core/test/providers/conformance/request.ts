import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/plan/fingerprint.ts';
import type { Job } from '../../../src/providers/adapter.ts';
import { makeFacts } from '../../support/facts.ts';
import { type Bench, CANARY, CORRELATION_ID, urls } from './adapter-under-test.ts';
import { leavesOf } from './json.ts';

/** What is sent to buy something, and the parameters that it is known by. */
export function testRequest({
  adapter,
  wire,
  model,
  job,
  submitted,
  isOwn,
  acceptsDuration,
}: Bench): void {
  const sentModel = wire.sentModel === undefined ? model : wire.sentModel;
  const sendsSound = wire.sound !== 'none';
  const requestOf = (requested: Partial<Job>) => {
    const { url, json } = submitted(requested);
    return { url, json };
  };

  describe('submits', () => {
    const requestedJobs: Partial<Job>[] = (['standard', 'pro'] as const).flatMap((tier) =>
      (['image', 'video'] as const).flatMap((orientation) =>
        [true, false].map((keepOriginalSound) => ({ tier, orientation, keepOriginalSound })),
      ),
    );

    test.each(requestedJobs)('to an own origin, without secrets and holes: %j', (requested) => {
      const request = submitted(requested);
      expect(request.method).toBe('POST');
      expect(isOwn(request.url)).toBe(true);
      expect(JSON.stringify(request)).not.toContain(CANARY);
      expect([...leavesOf(request).values()]).not.toContain(undefined);
    });

    test('the model and both assets by their URLs, verbatim', () => {
      const values = [...leavesOf(submitted().json).values()];
      expect(values).toEqual(expect.arrayContaining([urls.character, urls.motion]));
      if (sentModel != null) expect(JSON.stringify(submitted())).toContain(sentModel);
    });

    const explicit = [
      ['tier', { tier: 'standard' }, { tier: 'pro' }],
      ['orientation', { orientation: 'image' }, { orientation: 'video' }],
      ['sound', { keepOriginalSound: true }, { keepOriginalSound: false }],
    ] as const;

    test.each(explicit.filter(([name]) => sendsSound || name !== 'sound'))(
      'its %s explicitly, whichever it is',
      (_name, one, other) => {
        const [first, second] = [one, other].map((requested) => leavesOf(requestOf(requested)));
        expect([...(first?.keys() ?? [])]).toEqual([...(second?.keys() ?? [])]);
        const different = [...(first ?? [])].filter(([key, value]) => second?.get(key) !== value);
        expect(different).toHaveLength(1);
      },
    );

    test('a prompt only when there is one, and the empty one is one', () => {
      expect([...leavesOf(submitted().json).keys()].join()).not.toContain('prompt');
      expect([...leavesOf(submitted({ prompt: '' }).json).values()]).toContain('');
      expect([...leavesOf(submitted({ prompt: 'a bow' }).json).values()]).toContain('a bow');
    });
  });

  describe('names its parameters', () => {
    const facts = makeFacts();
    const changes: Partial<Job>[] = [
      { prompt: '' },
      { prompt: 'a bow' },
      { tier: 'pro' },
      { orientation: 'video' },
      ...(sendsSound ? [{ keepOriginalSound: false }] : []),
      ...(acceptsDuration ? [{ durationSeconds: 7 }] : []),
    ];

    test('without URLs and secrets', () => {
      for (const change of [{}, ...changes]) {
        const text = JSON.stringify(adapter.parameters(job(change), facts));
        expect(text).not.toMatch(/https?:|sk-canary/);
      }
    });

    test.each(changes)('so that another request is another fingerprint: %j', (change) => {
      expect(fingerprint(change)).not.toBe(fingerprint({}));
    });

    test('and all of these requestedJobs are distinguished', () => {
      expect(new Set(changes.map(fingerprint)).size).toBe(changes.length);
    });

    test('and the same request is the same fingerprint', () => {
      expect(fingerprint({ prompt: 'a bow' })).toBe(fingerprint({ prompt: 'a bow' }));
    });

    test('and sends all of them, and nothing else but the model and the two URLs', () => {
      const request = requestOf({ prompt: 'a bow' });
      const named = [...leavesOf(adapter.parameters(job({ prompt: 'a bow' }), facts)).values()].map(
        (value) => wire.translations?.[String(value)] ?? value,
      );
      const known = [...named, sentModel, urls.character, urls.motion, CORRELATION_ID]
        .concat(wire.constants ?? [])
        .map(String);
      for (const value of leavesOf(request.json).values()) {
        const at = known.indexOf(String(value));
        expect(at, `${String(value)} is sent`).toBeGreaterThanOrEqual(0);
        known.splice(at, 1);
      }
      for (const value of named) expect(JSON.stringify(request)).toContain(String(value));
    });

    function fingerprint(change: Partial<Job>): string {
      return fingerprintOf({
        character: 'git:1',
        motion: 'git:2',
        provider: adapter.id,
        model,
        take: 1,
        parameters: adapter.parameters(job(change), facts),
      });
    }
  });
}
