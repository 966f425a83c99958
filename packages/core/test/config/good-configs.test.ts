import { expect, test } from 'vitest';
import { build, configWith, FILE, only } from './support.ts';

test('every default is filled in', () => {
  const { config, warnings } = build(configWith(''));
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({ file: FILE, staging: 'auto', ledger: null });
  expect(only(config.transfers)).toEqual({
    id: 'out/hero-wave',
    character: { kind: 'file', path: 'assets/hero.png' },
    motion: { kind: 'file', path: 'assets/motions/wave.mp4' },
    output: 'out/hero-wave.mp4',
    provider: { kind: 'ordered', ids: ['fal'] },
    model: 'kling-3.0',
    parameters: {
      prompt: null,
      tier: 'standard',
      orientation: 'image',
      keepOriginalSound: true,
      durationSeconds: null,
      take: 1,
    },
    also: [],
    providerOptions: {},
    position: { file: FILE, line: 4, column: 5 },
  });
});

test('web files are in one order, and those of a transfer replace the default', () => {
  const { config } = build(`version: 1
provider: fal
defaults: { also: [gif, poster] }
transfers:
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: a.mp4 }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: b.mp4, also: [webm, webp] }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: c.mp4, also: [] }
`);
  expect(config.transfers.map(({ also }) => also)).toEqual([
    ['poster', 'gif'],
    ['webp', 'webm'],
    [],
  ]);
});

test('the keys of a transfer beat the defaults', () => {
  const { config } = build(`version: 1
provider: [prospolabs, fal]
staging: provider
ledger: file:/var/lib/ledger.jsonl
defaults:
  tier: pro
  orientation: video
  keep-original-sound: false
  prompt: a bow
  duration: 8
  provider-options: { fal: { retention: short }, empiriolabs: { seed: 3 } }
transfers:
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: a.mp4 }
  - character: assets/hero.png
    motion: assets/motions/wave.mp4
    output: b.mp4
    id: bee
    provider: cheapest
    tier: standard
    orientation: image
    keep-original-sound: true
    prompt: ""
    duration: 4
    take: 2
    provider-options: { fal: { retention: long } }
`);
  const [a, b] = config.transfers;
  expect(config).toMatchObject({ staging: 'provider', ledger: 'file:/var/lib/ledger.jsonl' });
  expect(a).toMatchObject({
    provider: { kind: 'ordered', ids: ['prospolabs', 'fal'] },
    parameters: {
      prompt: 'a bow',
      tier: 'pro',
      orientation: 'video',
      keepOriginalSound: false,
      durationSeconds: 8,
      take: 1,
    },
    providerOptions: { fal: { retention: 'short' } },
  });
  expect(b).toMatchObject({
    id: 'bee',
    provider: { kind: 'cheapest' },
    parameters: {
      prompt: null,
      tier: 'standard',
      orientation: 'image',
      keepOriginalSound: true,
      durationSeconds: 4,
      take: 2,
    },
    providerOptions: { fal: { retention: 'long' }, empiriolabs: { seed: 3 } },
  });
});

test('a model stands in the defaults, at a transfer, or in an input, each before the one named here first', () => {
  const text = `version: 1
provider: fal
defaults: { model: kling-2.6 }
transfers:
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: a.mp4 }
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: b.mp4, model: any }
`;
  const modelsOf = (inputs = {}) => build(text, inputs).config.transfers.map(({ model }) => model);
  expect(modelsOf()).toEqual(['kling-2.6', 'any']);
  expect(modelsOf({ model: 'kling-3.0' })).toEqual(['kling-3.0', 'kling-3.0']);
});

test.each([
  ['any', 'prospolabs'],
  ['kling-3.0', 'prospolabs'],
  ['kling-2.6', 'cheapest'],
])('model: %s goes with provider: %s', (model, provider) => {
  const text = configWith(`    model: ${model}`).replace('provider: fal', `provider: ${provider}`);
  expect(only(build(text).config.transfers).model).toBe(model);
});

test('globs multiply out, in the order of the files', () => {
  const { config } = build(`version: 1
provider: fal
transfers:
  - character: assets/characters/*.png
    motion: assets/motions/{dance,wave}.mp4
    output: animations/{character}/{motion}.mp4
    id: "{character}-{motion}"
`);
  expect(config.transfers.map(({ id, output }) => [id, output])).toEqual([
    ['girl-dance', 'animations/girl/dance.mp4'],
    ['girl-wave', 'animations/girl/wave.mp4'],
    ['robot-dance', 'animations/robot/dance.mp4'],
    ['robot-wave', 'animations/robot/wave.mp4'],
  ]);
  expect(new Set(config.transfers.map(({ position }) => position?.line))).toEqual(new Set([4]));
});

test('a glob with one match needs no placeholder', () => {
  const text = configWith('').replace('wave.mp4\n', 'w*.mp4\n');
  expect(only(build(text).config.transfers).motion).toEqual({
    kind: 'file',
    path: 'assets/motions/wave.mp4',
  });
});

test('a file name that looks like a glob is a file name', () => {
  const text = configWith('').replace('assets/hero.png', 'odd/a[1].png');
  expect(only(build(text).config.transfers).character).toEqual({
    kind: 'file',
    path: 'odd/a[1].png',
  });
});

test('two characters of one name clash and are both named', () => {
  const files = ['a/hero.png', 'b/hero.png', 'm.mp4'];
  const text = `version: 1
provider: fal
transfers: [{ character: "*/hero.png", motion: m.mp4, output: "{character}.mp4" }]`;
  expect(() => build(text, {}, files)).toThrow(
    'hero.mp4 would be written twice: from a/hero.png + m.mp4 and from b/hero.png + m.mp4',
  );
});

test('https URLs are assets, with their file names as placeholders', () => {
  const text = configWith('')
    .replace('assets/hero.png', 'https://cdn.example.com/a/hero.v2.png?sig=1')
    .replace('out/hero-wave', 'out/{character}');
  expect(only(build(text).config.transfers)).toMatchObject({
    character: { kind: 'url', url: 'https://cdn.example.com/a/hero.v2.png?sig=1' },
    output: 'out/hero.v2.mp4',
  });
});

test('JSON is a config too, tabs included', () => {
  const json = JSON.stringify(
    {
      version: 1,
      provider: 'cheapest',
      budget: { 'per-run': 2.5, 'per-month': '20.00' },
      transfers: [
        { character: 'assets/hero.png', motion: 'assets/motions/wave.mp4', output: 'ü/o.mp4' },
      ],
    },
    null,
    '\t',
  );
  const { config } = build(json);
  expect(config.limits).toMatchObject({ perRunMicroUsd: 2_500_000, perMonthMicroUsd: 20_000_000 });
  expect(only(config.transfers)).toMatchObject({
    output: 'ü/o.mp4',
    position: { file: FILE, line: 9, column: 3 },
  });
});

test('a byte order mark and Windows line ends change nothing', () => {
  const text = `\uFEFF${configWith('').replaceAll('\n', '\r\n')}`;
  expect(build(text).config).toEqual(build(configWith('')).config);
});

test('a leading dash is an ordinary name', () => {
  const text = configWith('').replace('assets/hero.png', '"-hero.png"');
  expect(only(build(text).config.transfers).character).toEqual({ kind: 'file', path: '-hero.png' });
});

test('a refused key leaves no trace in what is read', () => {
  const inherited = Reflect.get({}, 'tier');
  expect(() => build(configWith('defaults: { __proto__: { tier: pro } }'))).toThrow('refused');
  expect(Reflect.get({}, 'tier')).toBe(inherited);
});

test('an upload behind a public link is asked for in so many words', () => {
  const text = (staging: string) => `version: 1
provider: prospolabs
staging: ${staging}
transfers:
  - { character: assets/hero.png, motion: assets/motions/wave.mp4, output: out/x.mp4 }
`;
  expect(build(text('{ provider: public }')).config.staging).toBe('provider-public');
  expect(build(text('provider')).config.staging).toBe('provider');
});

test('a bucket comes with every default filled in, and may be left to last', () => {
  const text = (staging: string) => configWith(`staging: ${staging}\n`);
  const short = build(text('{ s3: { bucket: mine } }')).config;
  expect(short.staging).toBe('s3');
  expect(short.s3).toEqual({
    bucket: 'mine',
    region: null,
    endpoint: null,
    prefix: 'motion-transfer/',
    expiresMinutes: null,
    keep: false,
  });
  const long = build(
    text(
      '{ method: auto, s3: { bucket: mine, region: auto, endpoint: "https://x.example.com/", prefix: a/b, expires-minutes: 30, keep: true } }',
    ),
  ).config;
  expect(long.staging).toBe('auto');
  expect(long.s3).toEqual({
    bucket: 'mine',
    region: 'auto',
    endpoint: 'https://x.example.com',
    prefix: 'a/b/',
    expiresMinutes: 30,
    keep: true,
  });
});
