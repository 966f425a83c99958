import { describe, expect, test } from 'vitest';
import {
  type BaseConfig,
  joinBase,
  readBaseConfig,
  restrictBase,
} from '../../src/config/base-branch.ts';
import type { ConfigInputs } from '../../src/config/inputs.ts';
import { build, configWith, FILE, FILES, PROVIDERS } from './support.ts';

function base(text: string | null, inputs: ConfigInputs = {}): BaseConfig {
  const file = text == null ? null : { path: FILE, text };
  const read = readBaseConfig(file, {
    inputs,
    providers: PROVIDERS,
    files: FILES,
    origin: 'the base branch',
  });
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

const join = (head: string, baseText: string | null, inputs: ConfigInputs = {}) =>
  joinBase(build(head, inputs), base(baseText, inputs));
const budget = (text: string) => configWith(`budget: { ${text} }\n`);

describe('the limits of a pull request', () => {
  test.each([
    ['the base is smaller', 'per-run: 9', 'per-run: 3', 3],
    ['the head is smaller', 'per-run: 2', 'per-run: 3', 2],
    ['only the base has one', 'per-month: 50', 'per-run: 3, per-month: 50', 3],
    ['only the head has one', 'per-run: 2, per-month: 50', 'per-month: 50', 2],
  ])('are the smaller of two when %s', (_, head, baseText, dollars) => {
    const { limits } = join(budget(head), budget(baseText)).config;
    expect(limits.perRunMicroUsd).toBe(dollars * 1_000_000);
    expect(limits.perRunIsDefault).toBe(false);
  });

  test('are never above those of the base branch, for any pair and any input', () => {
    const amounts = ['', '0', '0.5', '3', '10', '999999'];
    const keys = ['per-transfer', 'per-run', 'per-pull-request', 'per-month'];
    for (const own of amounts) {
      for (const allowed of amounts) {
        for (const max of [undefined, '7']) {
          const write = (amount: string) =>
            amount === ''
              ? configWith('')
              : budget(keys.map((key) => `${key}: ${amount}`).join(', '));
          const inputs = { maxCost: max };
          const joined = join(write(own), write(allowed), inputs).config.limits;
          for (const key of [
            'perTransferMicroUsd',
            'perRunMicroUsd',
            'perPullRequestMicroUsd',
            'perMonthMicroUsd',
          ] as const) {
            const limit = base(write(allowed), inputs).limits[key];
            if (limit != null) expect(joined[key]).toBeLessThanOrEqual(limit);
          }
        }
      }
    }
  });

  test('are the default when the base branch has no config, and say so', () => {
    const { config, warnings } = join(budget('per-run: 50'), null);
    expect(config.limits).toMatchObject({ perRunMicroUsd: 10_000_000, perRunIsDefault: true });
    expect(warnings).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        path: 'budget.per-run',
        message: expect.stringContaining('the default that counts on the base branch'),
        position: expect.objectContaining({ file: FILE }),
      }),
    );
  });

  test('allow partial only when both do', () => {
    const both = ['fail', 'partial'].flatMap((head) =>
      ['fail', 'partial'].map((other) => [head, other] as const),
    );
    for (const [head, other] of both) {
      const { limits } = join(
        budget(`per-run: 1, on-exceed: ${head}`),
        budget(`per-run: 1, on-exceed: ${other}`),
      ).config;
      expect(limits.onExceed).toBe(head === 'partial' && other === 'partial' ? 'partial' : 'fail');
    }
  });
});

describe('what only the base branch decides', () => {
  test('is ledger, staging and override label', () => {
    const head = configWith('ledger: none\nstaging: github\noverride-label: mine\n');
    expect(join(head, configWith('override-label: ours\n')).config).toMatchObject({
      ledger: null,
      staging: 'auto',
      overrideLabel: 'ours',
    });
    expect(join(head, null).config).toMatchObject({
      ledger: null,
      staging: 'auto',
      overrideLabel: 'motion-transfer-approved',
    });
  });

  test('is the bucket too: a pull request cannot send files elsewhere', () => {
    const bucket = (name: string) => configWith(`staging: { s3: { bucket: ${name} } }\n`);
    const { config, warnings } = join(bucket('theirs'), bucket('ours'));
    expect(config.s3?.bucket).toBe('ours');
    expect(warnings).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('the bucket ours') }),
    );
    expect(join(bucket('theirs'), null).config).toMatchObject({ staging: 'auto', s3: null });
    expect(join(configWith(''), bucket('ours')).config.s3?.bucket).toBe('ours');
    expect(join(bucket('ours'), bucket('ours')).warnings).toEqual([]);
  });

  test('is beaten by the inputs, which the workflow writes', () => {
    const inputs = { ledger: 'git', overrideLabel: 'theirs' };
    expect(
      join(configWith(''), configWith('ledger: none\noverride-label: ours\n'), inputs).config,
    ).toMatchObject({
      ledger: 'git',
      overrideLabel: 'theirs',
    });
  });
});

describe('a config on the base branch', () => {
  test.each([
    ['is no YAML', 'version: 1\n\tbudget'],
    ['is empty', ''],
    ['is a list', '- 1'],
    ['has a limit that is none', budget('per-run: lots')],
    ['has a limit twice', budget('per-run: 1, per-run: 2')],
    ['has an unknown setting', configWith('bugdet: { per-run: 1 }\n')],
    ['hides its limit behind an alias', configWith('budget: &b { per-run: 1 }\n')],
  ])('cannot be relied on when it %s', (_, text) => {
    const read = readBaseConfig(
      { path: FILE, text },
      { inputs: {}, providers: PROVIDERS, files: FILES, origin: 'the base branch' },
    );
    expect(read).toHaveProperty('problem');
  });

  test('keeps its settings when only its transfers no longer hold', () => {
    const text = `version: 1
provider: fal
budget: { per-run: 2 }
transfers:
  - { character: gone/*.png, motion: assets/motions/wave.mp4, output: "out/{character}.mp4" }
`;
    expect(base(text)).toMatchObject({ limits: { perRunMicroUsd: 2_000_000 }, outputs: null });
  });

  test('tells what it makes, whatever the pull request looks at', () => {
    const text = `version: 1
provider: fal
transfers:
  - { character: assets/characters/*.png, motion: assets/motions/wave.mp4, output: "out/{character}.mp4" }
`;
    expect(base(text, { only: 'out/girl' }).outputs).toEqual(['out/girl.mp4', 'out/robot.mp4']);
  });
});

describe('a pull request into another branch than the default one', () => {
  const settings = base(configWith('budget: { per-run: 5, on-exceed: partial }\nledger: none\n'));
  const into = base(configWith('budget: { per-run: 9, per-month: 2, on-exceed: partial }\n'));

  test('has of each limit the smaller of both, and the settings of the default branch', () => {
    const both = restrictBase(
      { ...settings, origin: 'the default branch' },
      { ...into, origin: 'the base branch' },
    );
    expect(both).toMatchObject({
      ledger: 'none',
      limits: {
        perRunMicroUsd: 5_000_000,
        perMonthMicroUsd: 2_000_000,
        onExceed: 'partial',
        perRunIsDefault: false,
      },
    });
    const joined = joinBase(build(configWith('budget: { per-run: 7 }\n')), both);
    expect(joined.config.limits.perRunMicroUsd).toBe(5_000_000);
    expect(joined.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('of the default branch and the base branch'),
    );
  });
});
