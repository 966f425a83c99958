import { describe, expect, test } from 'vitest';
import { buildConfig, type ConfigRequest } from '../../src/config/assemble.ts';
import { joinBase, readBaseConfig } from '../../src/config/base-branch.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { providers } from '../../src/providers/registry.ts';

const FILE = '.github/motion-transfer.yml';
const request: ConfigRequest = { inputs: {}, providers, files: ['a.png', 'b.mp4'] };
const file = (prices: string) => ({
  path: FILE,
  text: `version: 1
provider: fal
${prices}
transfers:
  - { character: a.png, motion: b.mp4, output: out/a.mp4 }
`,
});
const MODEL = 'kling-v3-motion-control';

function problemsOf(prices: string) {
  try {
    buildConfig(file(prices), request);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

describe('contract prices', () => {
  test('are dollars per second of a provider, a model and a tier', () => {
    const { config } = buildConfig(
      file(`prices: { empiriolabs: { ${MODEL}: { standard: 0.1, pro: "0.125" } } }`),
      request,
    );
    expect(config.prices).toEqual({
      empiriolabs: { [MODEL]: { standard: 100_000, pro: 125_000 } },
    });
  });

  test('are none when nobody wrote any', () => {
    expect(buildConfig(file(''), request).config.prices).toEqual({});
  });

  test.each(['0', '0.00', '1e-3', '-1', '.5', '$0.1', '0.0000001', 'free', '~', '[0.1]'])(
    'refuse %s, at its place',
    (written) => {
      const [issue, ...rest] = problemsOf(
        `prices: { empiriolabs: { ${MODEL}: { standard: ${written} } } }`,
      );
      expect(rest).toEqual([]);
      expect(issue?.path).toBe(`prices.empiriolabs.${MODEL}.standard`);
      expect(issue?.position).toMatchObject({ file: FILE, line: 3 });
    },
  );

  test.each([
    [`prices: { nobody: { ${MODEL}: { pro: 1 } } }`, '"nobody" sells nothing; known are'],
    ['prices: { draft: { draft: { pro: 1 } } }', '"draft" sells nothing; known are'],
    ['prices: { empiriolabs: { kling-9: { pro: 1 } } }', '"kling-9" is no model of empiriolabs'],
    [`prices: { empiriolabs: { ${MODEL}: { ultra: 1 } } }`, 'unknown key'],
  ])('refuse what nobody sells: %s', (prices, words) => {
    expect(problemsOf(prices).map(({ message }) => message)).toEqual([
      expect.stringContaining(words),
    ]);
  });
});

describe('contract prices of a pull request', () => {
  const join = (head: string, base: string | null) => {
    const read = readBaseConfig(base == null ? null : file(base), {
      ...request,
      origin: 'the base branch',
    });
    if ('problem' in read) throw new Error(read.problem);
    return joinBase(buildConfig(file(head), request), read);
  };
  const price = (rate: string) => `prices: { empiriolabs: { ${MODEL}: { pro: ${rate} } } }`;

  test.each([
    ['lower', price('0.000001'), price('0.1')],
    ['missing', '', price('0.1')],
    ['new', price('0.000001'), ''],
    ['new, without a config on the base branch', price('0.000001'), null],
  ])('that are %s do not count: those of the base branch do', (_title, head, base) => {
    const joined = join(head, base);
    const expected =
      base == null || base === '' ? {} : { empiriolabs: { [MODEL]: { pro: 100_000 } } };
    expect(joined.config.prices).toEqual(expected);
    expect(joined.warnings.map(({ path }) => path)).toContain('prices');
  });

  test('that are the same are not worth a word', () => {
    const { warnings } = join(price('0.1'), price('0.10'));
    expect(warnings.map(({ path }) => path)).not.toContain('prices');
  });
});
