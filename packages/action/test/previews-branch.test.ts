import { describe, expect, test } from 'vitest';
import { readGitHubContext } from '../src/github/context.ts';
import { planChange } from '../src/previews/branch-files.ts';

const NOW_MS = Date.parse('2026-11-30T12:00:00Z');
const hashOf = (n: number) => n.toString(16).padStart(64, '0');
const pathOf = (n: number, daysAgo: number) =>
  `${new Date(NOW_MS - daysAgo * 86_400_000).toISOString().slice(0, 10)}/${hashOf(n)}.webp`;
const change = (there: readonly string[], ...wanted: readonly number[]) =>
  planChange(there, wanted.map(hashOf), NOW_MS);

describe('a picture', () => {
  test('is put below the day by the hash of its bytes', () => {
    const { paths, added } = change([], 1);
    expect([...paths]).toEqual([[hashOf(1), `2026-11-30/${hashOf(1)}.webp`]]);
    expect(added).toEqual([hashOf(1)]);
  });

  test('that is there since less than 30 days stays where it is', () => {
    const there = [pathOf(1, 29)];
    expect(change(there, 1)).toEqual({
      paths: new Map([[hashOf(1), pathOf(1, 29)]]),
      added: [],
      pruned: [],
    });
    expect(change([pathOf(1, 30)], 1).added).toEqual([hashOf(1)]);
  });

  test('of two transfers is put there once', () => {
    expect(change([], 1, 1).added).toEqual([hashOf(1)]);
  });
});

describe('pictures are taken away', () => {
  test('after 90 days, as soon as one of them is there for more than 120', () => {
    const there = [pathOf(1, 121), pathOf(2, 100), pathOf(3, 90), pathOf(4, 5)];
    expect(change(there, 9).pruned).toEqual([pathOf(2, 100), pathOf(1, 121)]);
    expect(change(there.slice(1), 9).pruned).toEqual([]);
  });

  test('when they are too many: the oldest, down to 300', () => {
    const there = Array.from({ length: 400 }, (_, n) => pathOf(n, n % 80));
    const { pruned } = change(there, 1_000);
    expect(there.length + 1 - pruned.length).toBe(300);
    const ages = (paths: readonly string[]) => paths.map((path) => path.slice(0, 10)).sort();
    const kept = there.filter((path) => !pruned.includes(path));
    expect((ages(pruned).at(-1) ?? '') <= (ages(kept)[0] ?? '')).toBe(true);
    expect(change(there.slice(1), 1_000).pruned).toEqual([]);
  });

  test('never the ones that are shown, nor files of others', () => {
    const others = [
      'README.md',
      '2020-01-01/notes.txt',
      `old/${hashOf(1)}.webp`,
      '2026-99-99/x.webp',
    ];
    const many = Array.from({ length: 400 }, (_, n) => pathOf(n, n === 7 ? 29 : 1));
    const { pruned, paths } = change([...others, pathOf(500, 300), ...many], 7, 1_000);
    expect(paths.get(hashOf(7))).toBe(pathOf(7, 29));
    expect(pruned).toContain(pathOf(500, 300));
    expect(pruned).not.toContain(pathOf(7, 29));
    expect(pruned.filter((path) => others.includes(path))).toEqual([]);
  });

  test('only when one is added', () => {
    expect(change([pathOf(1, 1), pathOf(2, 400)], 1).pruned).toEqual([]);
  });
});

test('the address of a picture is one that GitHub shows in a comment', async () => {
  const repository = { GITHUB_REPOSITORY: 'octo/animations' };
  const github = await readGitHubContext(repository);
  expect(github.fileUrl('motion-transfer-previews', pathOf(1, 0))).toBe(
    `https://github.com/octo/animations/blob/motion-transfer-previews/2026-11-30/${hashOf(1)}.webp?raw=true`,
  );
  const server = { ...repository, GITHUB_SERVER_URL: 'https://git.example.com' };
  expect((await readGitHubContext(server)).fileUrl('b', 'a.webp')).toBe(
    'https://git.example.com/octo/animations/blob/b/a.webp?raw=true',
  );
  expect((await readGitHubContext({})).fileUrl('b', 'a.webp')).toBeNull();
});
