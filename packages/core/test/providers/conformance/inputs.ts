import { describe, expect, test } from 'vitest';
import type { MediaFacts } from '../../../src/model/media/media.ts';
import type { Job, ModelSpec, Sourced } from '../../../src/providers/adapter.ts';
import { makeFacts } from '../../support/facts.ts';
import type { Bench } from './adapter-under-test.ts';

/** Which characters, motions and requestedJobs are taken, and what is said of the others. */
export function testInputs({ adapter, spec, job }: Bench): void {
  const isVouchedFor = (tier: Job['tier']) =>
    (spec.prices[tier].basis ?? 'documented') === 'documented';

  describe('validates inputs', () => {
    const clean = makeFacts();
    const problems = (wanted: Job, facts: MediaFacts) =>
      adapter.validate(wanted, facts).filter(({ path }) => path !== 'price');

    test('and finds nothing wrong with sound ones', () => {
      expect(problems(job({ prompt: 'a bow' }), clean)).toEqual([]);
    });

    test.each(['standard', 'pro'] as const)(
      'and warns of the %s price exactly when nobody vouches for it',
      (tier) => {
        const warnings = adapter
          .validate(job({ prompt: 'a bow', tier }), clean)
          .filter(({ path }) => path === 'price');
        expect(warnings.map(({ severity }) => severity)).toEqual(
          isVouchedFor(tier) ? [] : ['warning'],
        );
      },
    );

    test.each(spec.imageFormats.value)('and takes %s, as the probe calls it', (format) => {
      expect(problems(job({ prompt: '' }), makeFacts({}, { format }))).toEqual([]);
    });

    test.each(breaches(spec))(
      '$name: an error where documented, a warning where borrowed',
      ({ limit, path, facts = clean, changes = {} }) => {
        const issues = adapter
          .validate(job({ prompt: 'a bow', ...changes }), facts)
          .filter((issue) => issue.path === path);
        expect(issues).toHaveLength(1);
        const [issue] = issues;
        expect(issue?.severity).toBe(limit.basis === 'documented' ? 'error' : 'warning');
        if (limit.basis !== 'documented') expect(issue?.message).toContain(limit.source);
      },
    );

    test('and blocks a clip of a format that no page of it names', () => {
      for (const container of ['mp4', 'mov', 'webm'] as const) {
        const isTaken = spec.videoContainers.value.includes(container);
        const issues = adapter
          .validate(job(), makeFacts({ container }))
          .filter(({ path }) => path === 'motion');
        expect(issues.map(({ severity }) => severity)).toEqual(isTaken ? [] : ['error']);
      }
    });

    test.each([
      ['image', 10],
      ['video', 30],
    ] as const)('orientation %s takes %i s and a tenth', (orientation, cap) => {
      const { value, basis } = spec.maxSeconds[orientation];
      const severity = basis === 'documented' ? 'error' : 'warning';
      const breaches = (longestSeconds: number) =>
        adapter
          .validate(job({ orientation }), makeFacts({ trackSeconds: cap, longestSeconds }))
          .filter(({ path }) => path === 'motion');
      expect(value).toBe(cap);
      expect(breaches(cap + 0.1)).toEqual([]);
      expect(breaches(cap + 0.11)).toEqual([
        { severity, path: 'motion', message: expect.stringContaining('trim') },
      ]);
      const isWidestKnown = spec.maxSeconds.video.basis === 'documented';
      expect(breaches(30.11)).toMatchObject([{ severity: isWidestKnown ? 'error' : 'warning' }]);
    });

    test('and names the wider orientation exactly where it would help', () => {
      const message = (orientation: Job['orientation'], trackSeconds: number) =>
        problems(job({ orientation }), makeFacts({ trackSeconds }))[0]?.message ?? '';
      expect(message('image', 12)).toContain('orientation: video');
      expect(message('image', 31)).not.toContain('orientation: video');
      expect(message('video', 31)).not.toContain('orientation: video');
      for (const text of [message('image', 12), message('image', 31), message('video', 31)]) {
        expect(text).toContain('trim');
      }
    });
  });
}

interface Breach {
  readonly name: string;
  readonly limit: Sourced<unknown>;
  readonly path: string;
  readonly facts?: MediaFacts;
  readonly changes?: Partial<Job>;
}

/** One input per limit that breaks it and no other. */
function breaches(spec: ModelSpec): Breach[] {
  const [minAspect, maxAspect] = spec.imageAspect.value;
  const [minSide, maxSide] = spec.videoSides.value;
  const [minRate, maxRate] = spec.videoFramesPerSecond.value;
  const character = { path: 'character' };
  const motion = { path: 'motion' };
  const image = (changes: Parameters<typeof makeFacts>[1]) => makeFacts({}, changes);
  const shortSide = spec.imageMinSide.value;
  return [
    { name: 'a GIF', limit: spec.imageFormats, ...character, facts: image({ format: 'gif' }) },
    {
      name: 'a heavy image',
      limit: spec.imageMaxBytes,
      ...character,
      facts: image({ bytes: spec.imageMaxBytes.value + 1 }),
    },
    {
      name: 'a small image',
      limit: spec.imageMinSide,
      ...character,
      facts: image({ width: shortSide - 1, height: shortSide + 1 }),
    },
    {
      name: 'a narrow image',
      limit: spec.imageAspect,
      ...character,
      facts: image({ width: 1000 * minAspect - 1, height: 1000 }),
    },
    {
      name: 'a wide image',
      limit: spec.imageAspect,
      ...character,
      facts: image({ width: 1000 * maxAspect + 1, height: 1000 }),
    },
    {
      name: 'a heavy clip',
      limit: spec.videoMaxBytes,
      ...motion,
      facts: makeFacts({ bytes: spec.videoMaxBytes.value + 1 }),
    },
    {
      name: 'a small clip',
      limit: spec.videoSides,
      ...motion,
      facts: makeFacts({ width: minSide - 1 }),
    },
    {
      name: 'a large clip',
      limit: spec.videoSides,
      ...motion,
      facts: makeFacts({ height: maxSide + 1 }),
    },
    {
      name: 'a slow clip',
      limit: spec.videoFramesPerSecond,
      ...motion,
      facts: makeFacts({ framesPerSecond: minRate - 1 }),
    },
    {
      name: 'a fast clip',
      limit: spec.videoFramesPerSecond,
      ...motion,
      facts: makeFacts({ framesPerSecond: maxRate + 1 }),
    },
    {
      name: 'a clip above the cap of image',
      limit: spec.maxSeconds.image,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.maxSeconds.image.value + 1 }),
    },
    {
      name: 'a clip above the cap of video',
      limit: spec.maxSeconds.video,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.maxSeconds.video.value + 1 }),
      changes: { orientation: 'video' },
    },
    {
      name: 'a short clip',
      limit: spec.minSeconds,
      ...motion,
      facts: makeFacts({ trackSeconds: spec.minSeconds.value - 0.5 }),
    },
    {
      name: 'a long prompt',
      limit: spec.promptMaxCharacters,
      path: 'prompt',
      changes: { prompt: 'x'.repeat(spec.promptMaxCharacters.value + 1) },
    },
  ];
}
