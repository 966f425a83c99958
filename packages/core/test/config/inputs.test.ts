import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ConfigInputs } from '../../src/config/inputs.ts';
import { SAMPLES } from '../../src/config/samples.ts';
import { build, configWith, only, problemsOf } from './support.ts';

const TRANSFER: ConfigInputs = {
  character: 'assets/hero.png',
  motion: 'assets/motions/bow.mov',
  output: 'bow.mp4',
};

test('three inputs and a provider are a whole config', () => {
  const { config } = build(null, { ...TRANSFER, provider: 'fal' });
  expect(config.file).toBeNull();
  expect(only(config.transfers)).toMatchObject({
    id: 'bow',
    output: 'bow.mp4',
    provider: { kind: 'ordered', ids: ['fal'] },
    position: null,
  });
});

test('globs work in inputs as well', () => {
  const { config } = build(null, {
    character: 'assets/characters/*.png',
    motion: 'assets/motions/wave.mp4',
    output: '{character}.mp4',
    provider: 'cheapest',
  });
  expect(config.transfers.map(({ id }) => id)).toEqual(['girl', 'robot']);
});

test('the transfer of the inputs replaces those of the file and keeps its budget and defaults', () => {
  const text = configWith('budget: { per-run: 3 }\ndefaults: { tier: pro }');
  const { config } = build(text, TRANSFER);
  expect(config.limits.perRunMicroUsd).toBe(3_000_000);
  expect(only(config.transfers)).toMatchObject({
    id: 'bow',
    provider: { kind: 'ordered', ids: ['fal'] },
    parameters: { tier: 'pro' },
  });
});

test('a file without transfers serves the transfer of the inputs', () => {
  const { config } = build('version: 1\nprovider: fal\n', TRANSFER);
  expect(only(config.transfers).id).toBe('bow');
});

test('inputs beat the keys of every transfer', () => {
  const text = configWith('    tier: standard\n    prompt: wave\n    take: 4\nstaging: s3');
  const { config } = build(text, {
    provider: 'prospolabs, empiriolabs',
    tier: 'pro',
    orientation: 'video',
    keepOriginalSound: 'false',
    prompt: 'bow',
    duration: '7',
    take: '5',
    staging: 'github',
    ledger: 'none',
  });
  expect(config).toMatchObject({ staging: 'github', ledger: 'none' });
  expect(only(config.transfers)).toMatchObject({
    provider: { kind: 'ordered', ids: ['prospolabs', 'empiriolabs'] },
    parameters: {
      prompt: 'bow',
      tier: 'pro',
      orientation: 'video',
      keepOriginalSound: false,
      durationSeconds: 7,
      take: 5,
    },
  });
});

test('a provider from the inputs sets the options of other providers aside', () => {
  const text = configWith('    provider-options: { fal: { retention: long } }');
  const { config } = build(text, { provider: 'prospolabs' });
  expect(only(config.transfers).providerOptions).toEqual({});
});

test('a model from the inputs that a provider does not sell is said to be wrong there', () => {
  const [issue] = problemsOf(configWith(''), { provider: 'prospolabs', model: 'kling-2.6' });
  expect(issue?.path).toBe('input model');
  expect(issue?.message).toContain('it is by empiriolabs and fal');
});

test('empty inputs are absent inputs', () => {
  const empty: ConfigInputs = {
    character: '',
    motion: ' ',
    output: '',
    prompt: '',
    provider: '',
    model: '',
    tier: '',
    orientation: '',
    keepOriginalSound: '',
    duration: '',
    take: '',
    staging: '',
    ledger: '',
    onExceed: '',
    maxCost: '',
    maxCostPerTransfer: '',
    maxCostPerPullRequest: '',
    maxCostPerMonth: '',
    only: '\n',
  };
  expect(build(configWith(''), empty).config).toEqual(build(configWith('')).config);
});

test('bad inputs are reported all at once, without a position', () => {
  const issues = problemsOf(configWith(''), {
    provider: 'kling',
    model: '2.6',
    tier: 'best',
    orientation: 'up',
    keepOriginalSound: 'yes',
    duration: '0x5',
    take: '-1',
    staging: 'ftp',
    ledger: 'here',
    onExceed: 'ignore',
    maxCost: 'NaN',
    character: 'a.png',
  });
  expect(issues.map(({ path, position }) => [path, position]).sort()).toEqual(
    [
      'provider',
      'model',
      'tier',
      'orientation',
      'keep-original-sound',
      'duration',
      'take',
      'staging',
      'ledger',
      'on-exceed',
      'max-cost',
      'motion',
      'output',
    ]
      .map((name) => [`input ${name}`, undefined])
      .sort(),
  );
});

test('with nothing at all, the error has a config and a step that can be used as they are', () => {
  const [issue, ...rest] = problemsOf(null);
  expect(rest).toEqual([]);
  expect(issue?.message).toContain('there is nothing to do yet');
  const [config, step] = SAMPLES.map(({ yaml }) => yaml);
  const { transfers } = build(config ?? '').config;
  expect(transfers).toMatchObject([{ output: 'animations/hero-bow.mp4' }]);
  const [{ with: inputs }] = parse(step ?? '') as [{ with: ConfigInputs }];
  expect(build(null, inputs).config.transfers).toEqual(
    transfers.map((transfer) => ({ ...transfer, position: null })),
  );
});

test('without a provider, the error lists the providers', () => {
  const [issue] = problemsOf(null, TRANSFER);
  expect(issue).toEqual({
    severity: 'error',
    path: 'input provider',
    message: 'no provider is chosen; write one of prospolabs, empiriolabs, fal, cheapest',
  });
});

const THREE = `version: 1
provider: fal
transfers:
  - { character: assets/hero.png, motion: assets/motions/*.m*, output: "out/{motion}.mp4" }`;

test.each([
  ['out/wave', ['out/wave']],
  ['out/wave,out/bow', ['out/bow', 'out/wave']],
  ['out/wave\nout/bow\n', ['out/bow', 'out/wave']],
  ['out/*a*', ['out/dance', 'out/wave']],
  ['**', ['out/bow', 'out/dance', 'out/wave']],
])('only %j keeps %j', (names, ids) => {
  expect(build(THREE, { only: names }).config.transfers.map(({ id }) => id)).toEqual(ids);
});

test('only that matches nothing lists the ids', () => {
  expect(problemsOf(THREE, { only: 'out/wave, nope, x*' }).map(({ message }) => message)).toEqual([
    '"nope" is not the id of any transfer; the ids are out/bow, out/dance, out/wave',
    '"x*" is not the id of any transfer; the ids are out/bow, out/dance, out/wave',
  ]);
});

test('no input can ask for an upload behind a public link', () => {
  for (const staging of ['provider-public', '{ provider: public }', 'public']) {
    expect(problemsOf(configWith(''), { staging }).map(({ path }) => path)).toEqual([
      'input staging',
    ]);
  }
  const permissive = configWith('staging: { provider: public }');
  expect(build(permissive, { staging: 'provider' }).config.staging).toBe('provider');
});
