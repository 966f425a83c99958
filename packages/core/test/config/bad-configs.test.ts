import { expect, test } from 'vitest';
import { BAD, one } from './bad-configs.ts';
import { configWith, problemsOf } from './support.ts';

test.each(BAD)('%j is refused at its place', (text, place, path, message) => {
  const issues = problemsOf(text);
  const found = issues.map((issue) => ({
    place: `${issue.position?.line}:${issue.position?.column}`,
    path: issue.path,
    message: issue.message,
  }));
  expect(found).toContainEqual({
    place: place === '' ? expect.any(String) : place,
    path,
    message: expect.stringContaining(message),
  });
  expect(issues.every(({ severity }) => severity === 'error')).toBe(true);
});

test('all problems of a file are reported at once, in its order', () => {
  const issues = problemsOf(`version: 3
provider: kling
budget: { per-run: 5,00, per-month: -5 }
typo: 1
transfers:
  - { character: ../x.png, motion: assets/motions/none*.mp4, output: a.mp4 }
  - { character: assets/hero.png, output: a.mp4 }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: a.txt }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: b.mp4, tier: x }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: c.mp4 }
  - { character: assets/hero.png, motion: assets/motions/bow.mov, output: C.mp4 }
`);
  expect(issues.map(({ position, path }) => `${position?.line} ${path}`)).toEqual([
    '1 version',
    '2 provider',
    '3 budget.00',
    '3 budget.per-month',
    '4 typo',
    '6 transfers[0].character',
    '6 transfers[0].motion',
    '7 transfers[1].motion',
    '8 transfers[2].output',
    '9 transfers[3].tier',
    '11 transfers[5].output',
  ]);
});

test('hundreds of problems are cut to a readable number', () => {
  const lines = Array.from({ length: 500 }, (_, index) => `key-${index}: 1`).join('\n');
  const issues = problemsOf(configWith(lines));
  expect(issues).toHaveLength(101);
  expect(issues.at(-1)?.message).toBe('and 400 more problems');
});

const DEEP: readonly (readonly [string, string])[] = [
  ['brackets', '['.repeat(20_000)],
  ['closed brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
  ['braces', '{"a":'.repeat(13_000)],
  ['dashes', '- '.repeat(20_000)],
  ['question marks', '? '.repeat(20_000)],
];

test.each(DEEP)('20,000 nested %s are a clear error', (_, text) => {
  expect(problemsOf(text)[0]?.message).toContain('nested more than 32 levels deep');
});

test('more than 64 KiB is a clear error', () => {
  expect(problemsOf(`#${'x'.repeat(64 * 1024)}`)[0]?.message).toContain('64 KiB');
});

test('an alias bomb is refused without being unfolded', () => {
  const levels = Array.from({ length: 20 }, (_, index) => {
    const inner = index === 0 ? 'x' : `*l${index - 1}`;
    return `k${index}: &l${index} [${Array(9).fill(inner).join(', ')}]`;
  });
  const messages = problemsOf(levels.join('\n')).map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringContaining('anchor &l0 is refused'));
});

test('globs that make more than 10,000 transfers are refused before they are made', () => {
  const files = Array.from({ length: 200 }, (_, index) => [
    `c/${index}.png`,
    `m/${index}.mp4`,
  ]).flat();
  const text = one('{ character: c/*.png, motion: m/*.mp4, output: "o/{character}/{motion}.mp4" }');
  const [issue, ...rest] = problemsOf(text, {}, files);
  expect(rest).toEqual([]);
  expect(issue?.message).toContain('make 40000 transfers; at most 10000 are allowed');
});
