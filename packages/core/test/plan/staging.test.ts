import { describe, expect, test } from 'vitest';
import { decideStaging, type StagingContext } from '../../src/plan/staging.ts';
import type { Uploads } from '../../src/providers/adapter.ts';
import { fal } from '../../src/providers/fal/fal.ts';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import { replicate } from '../../src/providers/replicate/replicate.ts';
import { wavespeed } from '../../src/providers/wavespeed.ts';

const open: StagingContext = {
  method: 'auto',
  repository: 'owner/name',
  visibility: 'public',
  commit: 'c0ffee',
  prefix: '',
  hasBucket: false,
};
const file = { kind: 'file', path: 'assets/hero.png' } as const;
const asset = { source: file, committedAs: 'blob', bytes: 1 } as const;
const uploaded = { staged: { method: 'provider', path: 'assets/hero.png' } };
const fromGithub = { staged: { method: 'github', host: 'raw', path: 'assets/hero.png' } };
const inline = {
  title: 'Inline',
  uploads: {
    character: {
      kind: 'inline',
      maxBytes: { value: 1, basis: 'documented', source: 'x' },
      encode: (base64) => base64,
    },
  } satisfies Uploads,
};

function decide(
  seller: Parameters<typeof decideStaging>[3],
  changes: Partial<StagingContext> = {},
  role: 'character' | 'motion' = 'character',
) {
  return decideStaging(asset, role, { ...open, ...changes }, seller);
}

function problemOf(decision: ReturnType<typeof decide>): string {
  if (!('problem' in decision)) throw new Error('it should be a problem');
  return decision.problem;
}

describe('staging: auto', () => {
  test('passes an https URL through, whoever reads it and wherever we are', () => {
    const url = { kind: 'url', url: 'https://cdn.example.com/hero.png?sig=1' } as const;
    for (const seller of [fal, replicate, prospolabs, inline]) {
      expect(
        decideStaging(
          { source: url, committedAs: 'not-committed', bytes: 9_999_999_999 },
          'character',
          { ...open, visibility: 'private' },
          seller,
        ),
      ).toEqual({ staged: { method: 'pass-through', url: url.url } });
    }
  });

  test('then hands the file to the provider, committed or not', () => {
    for (const seller of [fal, replicate, inline]) expect(decide(seller)).toEqual(uploaded);
    expect(decideStaging({ ...asset, committedAs: 'not-committed' }, 'motion', open, fal)).toEqual(
      uploaded,
    );
  });

  test('then reads it from the public repository', () => {
    expect(decide(prospolabs)).toEqual(fromGithub);
    expect(decide(inline, {}, 'motion')).toEqual(fromGithub);
  });

  test.each(['private', 'unknown'] as const)(
    'gives an asset of a repository that is %s only to storage that nobody else reads',
    (visibility) => {
      expect(decide(replicate, { visibility })).toEqual(uploaded);
      expect(decide(inline, { visibility })).toEqual(uploaded);
      const problem = problemOf(decide(fal, { visibility }));
      expect(problem).toContain('staging: { provider: public }');
      expect(problem).toContain('anybody');
      expect(problem).toContain(visibility === 'private' ? 'is private' : 'may be private');
    },
  );

  test('counts storage as open to everybody where no page says who can read it', () => {
    expect(decide(wavespeed)).toEqual(uploaded);
    for (const visibility of ['private', 'unknown'] as const) {
      const problem = problemOf(decide(wavespeed, { visibility }));
      expect(problem).toContain('WaveSpeed may, as far as its pages say, keep assets/hero.png');
      expect(problem).toContain('staging: { provider: public }');
      expect(decide(wavespeed, { visibility, method: 'provider-public' })).toEqual(uploaded);
    }
  });
});

describe('staging: provider', () => {
  test('needs an upload of the provider for that asset', () => {
    expect(problemOf(decide(prospolabs, { method: 'provider' }))).toContain(
      'takes no local character',
    );
    expect(problemOf(decide(inline, { method: 'provider' }, 'motion'))).toContain(
      'takes no local motion',
    );
  });

  test('makes no public link of what is not public', () => {
    expect(decide(fal, { method: 'provider' })).toEqual(uploaded);
    for (const visibility of ['private', 'unknown'] as const) {
      expect(problemOf(decide(fal, { method: 'provider', visibility }))).toContain(
        'staging: { provider: public }',
      );
      expect(decide(replicate, { method: 'provider', visibility })).toEqual(uploaded);
    }
  });

  test('makes one where the config says so in so many words', () => {
    for (const visibility of ['private', 'unknown', 'public'] as const) {
      expect(decide(fal, { method: 'provider-public', visibility })).toEqual(uploaded);
    }
    expect(problemOf(decide(prospolabs, { method: 'provider-public' }))).toContain(
      'takes no local',
    );
  });
});

test('staging: github never uploads', () => {
  for (const seller of [fal, replicate, inline]) {
    expect(decide(seller, { method: 'github' })).toEqual(fromGithub);
  }
});

describe('a bucket', () => {
  const inBucket = { staged: { method: 's3', path: 'assets/hero.png' } };

  test('gets every local file where staging is s3, and is asked for where there is none', () => {
    for (const seller of [fal, replicate, prospolabs]) {
      expect(decide(seller, { method: 's3', hasBucket: true })).toEqual(inBucket);
      expect(problemOf(decide(seller, { method: 's3' }))).toContain('needs a bucket');
    }
  });

  test('comes last in auto', () => {
    const hidden = { visibility: 'private', hasBucket: true } as const;
    expect(decide(prospolabs, hidden)).toEqual(inBucket);
    expect(decide(fal, hidden)).toEqual(inBucket);
    expect(decide(replicate, hidden)).toEqual(uploaded);
    expect(decide(prospolabs, { hasBucket: true })).toEqual(fromGithub);
    expect(decide(prospolabs, { commit: null, hasBucket: true })).toEqual(inBucket);
  });

  test('is named where nothing else is possible', () => {
    expect(problemOf(decide(prospolabs, { visibility: 'private' }))).toContain(
      'https://github.com/motion-transfer/motion-transfer/blob/v1/docs/staging.md',
    );
  });
});

describe('a file that is larger than the provider takes by its own upload', () => {
  const large = { ...asset, bytes: 100 * 1_048_576 + 1 };
  const decideLarge = (changes: Partial<StagingContext> = {}) =>
    decideStaging(large, 'motion', { ...open, ...changes }, replicate);

  test('goes another way where there is one', () => {
    expect(decideLarge()).toEqual(fromGithub);
    expect(decideLarge({ visibility: 'private', hasBucket: true })).toEqual({
      staged: { method: 's3', path: 'assets/hero.png' },
    });
  });

  test.each([
    { visibility: 'private' },
    { method: 'provider' },
    { method: 'provider-public' },
  ] as const)('is a problem that says both sizes where there is none: %o', (changes) => {
    const problem = problemOf(decideLarge(changes));
    expect(problem).toContain('104857601 bytes');
    expect(problem).toContain('at most 104857600 by its own upload');
  });

  test('is not a byte too small', () => {
    expect(decideStaging({ ...large, bytes: large.bytes - 1 }, 'motion', open, replicate)).toEqual(
      uploaded,
    );
  });
});

describe('on GitHub Enterprise Server', () => {
  const enterprise = { enterpriseHost: 'github.example.com' };

  test.each(['auto', 'github'] as const)('staging: %s reads nothing from it', (method) => {
    const problem = problemOf(decide(prospolabs, { ...enterprise, method }));
    expect(problem).toContain('no provider can read assets/hero.png from github.example.com');
    expect(problem).toMatch(/name a bucket .*https URLs.*takes local files itself/);
  });

  test('files go where only the provider reads them, or to the bucket', () => {
    expect(decide(replicate, enterprise)).toEqual(uploaded);
    expect(decide(prospolabs, { ...enterprise, hasBucket: true })).toEqual({
      staged: { method: 's3', path: 'assets/hero.png' },
    });
  });

  test('nothing is put behind a public link, although its repositories are called public', () => {
    expect(problemOf(decide(fal, enterprise))).toContain('(github.example.com) may be private');
    expect(decide(fal, { ...enterprise, method: 'provider-public' })).toEqual(uploaded);
  });

  test('files are read from a host of its own that is named', () => {
    const rawBaseUrl = 'https://files.example.com';
    expect(decide(prospolabs, { ...enterprise, rawBaseUrl })).toEqual(fromGithub);
  });
});
