import { expect, test } from 'vitest';
import { configWith, problemsOf } from './support.ts';

const HERO = '{ character: assets/hero.png, motion: assets/motions/wave.mp4';

/** A config of one transfer; its line is 4. */
const one = (transfer: string): string => `version: 1\nprovider: fal\ntransfers:\n  - ${transfer}`;
const topped = (line: string): string => configWith(line);

/** Text, `line:column`, path, and a part of the message. */
const BAD: readonly (readonly [text: string, place: string, path: string, message: string])[] = [
  // the text
  ['', '1:1', '', 'the file is empty'],
  ['# nothing\n', '1:1', '', 'the file is empty'],
  ['just text', '1:1', '', 'must be a group of keys'],
  ['- version: 1', '1:1', '', 'must be a group of keys'],
  ['version: 1\nversion: 1\n', '2:1', '', 'written twice'],
  ['version: 1\n---\nversion: 1\n', '2:1', '', 'second document'],
  ['%YAML 1.1\n---\nversion: 1\n', '1:1', '', '%YAML is refused'],
  ['version: 1\n\tprovider: fal\n', '2:1', '', 'a tab indents this line'],
  ['version: 1\nprovider: @fal\n', '2:11', '', 'not valid YAML'],
  ['version: 1\nprovider: "fal\n', '', '', 'not valid YAML'],
  ['? [a, b]\n: 1\n', '1:3', '', 'keys must be plain text'],
  [topped('staging: &s auto'), '7:13', 'staging', 'anchor &s is refused'],
  [topped('staging: *s'), '7:10', 'staging', 'alias *s is refused'],
  [topped('budget: &b { per-run: 1 }\nledger: *b'), '8:9', 'ledger', 'alias *b is refused'],
  [topped('staging: !!str auto'), '7:16', 'staging', 'tag tag:yaml.org,2002:str is refused'],
  [topped('staging: !!js/function auto'), '7:24', 'staging', 'is refused: write a plain value'],
  [topped('__proto__: { provider: fal }'), '7:1', '__proto__', 'this key is refused'],
  // The validation library compares the `length` of whatever it is given.
  [topped('ledger: { length: {} }'), '7:11', 'ledger.length', 'this key is refused'],
  [topped('constructor: 1'), '7:1', 'constructor', 'this key is refused'],
  [topped('defaults:\n  prototype: 1'), '8:3', 'defaults.prototype', 'this key is refused'],
  [topped('<<: { staging: auto }'), '7:1', '<<', 'unknown key'],
  // keys and types
  ['provider: fal\ntransfers: []', '1:1', 'version', 'is required'],
  ['version: 2\n', '1:10', 'version', 'must be 1, not 2'],
  ['version: "1"\n', '1:10', 'version', 'must be 1, not "1"'],
  [topped('provder: fal'), '7:1', 'provder', 'unknown key; the keys here are version, provider'],
  [topped('staging: ftp'), '7:10', 'staging', '{ provider: public } or { s3: ... }, not "ftp"'],
  [topped('staging: { provider: private }'), '7:22', 'staging.provider', 'must be public'],
  [topped('staging: { provider: public, s4: x }'), '7:30', 'staging.s4', 'unknown key; the keys'],
  [topped('staging: {}'), '7:10', 'staging', 'must hold either provider: public or s3'],
  [topped('staging: { method: auto }'), '7:10', 'staging', 'must hold either'],
  [topped('staging: { s3: x }'), '7:16', 'staging.s3', 'must be a group of keys'],
  [topped('staging: { s3: {} }'), '7:16', 'staging.s3.bucket', 'is required'],
  [topped('staging: { s3: { bucket: Mine } }'), '7:26', 'staging.s3.bucket', 'name of a bucket'],
  [
    topped('staging: { s3: { bucket: mine, secret-key: x } }'),
    '7:32',
    'staging.s3.secret-key',
    'unknown key; the keys here are bucket, region',
  ],
  [
    topped('staging: { s3: { bucket: mine, role-arn: "arn:aws:iam::123456789012:role/a" } }'),
    '7:32',
    'staging.s3.role-arn',
    'let aws-actions/configure-aws-credentials assume the role',
  ],
  ...[
    ['endpoint: "http://store.example.com"', 'endpoint', 'must be an https URL'],
    ['endpoint: "https://key:secret@store.example.com"', 'endpoint', 'without user'],
    ['endpoint: "https://store.example.com?x=1"', 'endpoint', 'must be an https URL'],
    ['prefix: ../other', 'prefix', 'must be names'],
    ['prefix: /a', 'prefix', 'must be names'],
    ['prefix: "a?b"', 'prefix', 'must be names'],
    ['region: "a.evil.example"', 'region', 'must be a region'],
    ['expires-minutes: 1', 'expires-minutes', '5 or more'],
    ['expires-minutes: 10081', 'expires-minutes', '10080 or less'],
    ['keep: sometimes', 'keep', 'true or false'],
  ].map(([written = '', key = '', message = '']): [string, string, string, string] => [
    topped(`staging: { s3: { bucket: mine, ${written} } }`),
    `7:${34 + key.length}`,
    `staging.s3.${key}`,
    message,
  ]),
  [topped('staging:'), '7:1', 'staging', 'not (nothing)'],
  [topped('ledger: here'), '7:9', 'ledger', 'must be git, none or file:<path>, not "here"'],
  [topped('defaults: fast'), '7:11', 'defaults', 'must be a group of keys, not "fast"'],
  [
    topped('defaults:\n  tier: best'),
    '8:9',
    'defaults.tier',
    'must be standard or pro, not "best"',
  ],
  [
    topped('defaults: { take: 2 }'),
    '7:13',
    'defaults.take',
    'unknown key; the keys here are model',
  ],
  ['version: 1\nprovider: fal\n', '1:1', 'transfers', 'is required'],
  ['version: 1\nprovider: fal\ntransfers: {}\n', '3:12', 'transfers', 'must be a list'],
  ['version: 1\nprovider: fal\ntransfers: []\n', '3:12', 'transfers', 'at least one transfer'],
  [one('hero'), '4:5', 'transfers[0]', 'must be a group of keys, not "hero"'],
  [one('{ motion: a.mp4, output: b.mp4 }'), '4:5', 'transfers[0].character', 'is required'],
  [one(`${HERO}, output: 5 }`), '4:76', 'transfers[0].output', 'must be text'],
  [
    one(`${HERO}, output: o.mp4, keep_original_sound: true }`),
    '4:83',
    'transfers[0].keep_original_sound',
    'unknown key; the keys here are character',
  ],
  [
    configWith('    keep-original-sound: yes'),
    '7:26',
    'transfers[0].keep-original-sound',
    'must be true or false, not "yes"',
  ],
  [configWith('    take: 0'), '7:11', 'transfers[0].take', 'must be 1 or more, not 0'],
  [configWith('    take: 1001'), '7:11', 'transfers[0].take', 'must be 1000 or less, not 1001'],
  [configWith('    take: 1.5'), '7:11', 'transfers[0].take', 'must be a whole number, not 1.5'],
  [configWith('    take: .nan'), '7:11', 'transfers[0].take', 'must be a number, not NaN'],
  [configWith('    duration: 31'), '7:15', 'transfers[0].duration', 'must be 30 or less'],
  [configWith('    duration: 4.5'), '7:15', 'transfers[0].duration', 'must be a whole number'],
  [
    configWith('    orientation: portrait'),
    '7:18',
    'transfers[0].orientation',
    'must be image or video',
  ],
  [
    configWith('    model: kling-v2-6'),
    '7:12',
    'transfers[0].model',
    'must be kling-3.0 or kling-2.6 or any, not "kling-v2-6"; did you mean kling-2.6?',
  ],
  [configWith('    model: 2.6'), '7:12', 'transfers[0].model', 'did you mean kling-2.6?'],
  [topped('defaults: { model: Kling 3 }'), '7:20', 'defaults.model', 'did you mean kling-3.0?'],
  [topped('defaults: { model: kling-2.1 }'), '7:20', 'defaults.model', 'not "kling-2.1"'],
  [topped('model: kling-2.6'), '7:1', 'model', 'stands at a transfer or in defaults'],
  [
    configWith('    provider-options: { fal: { model: kling-v2-6 } }'),
    '7:32',
    'transfers[0].provider-options.fal.model',
    'write it there as model: kling-3.0, kling-2.6 or any, and remove this key',
  ],
  [
    configWith('    model: kling-2.6').replace('provider: fal', 'provider: prospolabs'),
    '7:12',
    'transfers[0].model',
    'kling-2.6 is not sold by prospolabs; it is by empiriolabs and fal: name one of them',
  ],
  [
    configWith('    provider: [fal, prospolabs]\ndefaults: { model: kling-2.6 }'),
    '8:20',
    'defaults.model',
    'kling-2.6 is not sold by prospolabs',
  ],
  [configWith('    tier: standart'), '7:11', 'transfers[0].tier', 'did you mean standard?'],
  [configWith('    prompt: 5'), '7:13', 'transfers[0].prompt', 'must be text (put it in quotes'],
  // providers and their options
  [
    configWith('').replace('provider: fal', 'provider: kling'),
    '2:11',
    'provider',
    '"kling" is not a provider; known are prospolabs, empiriolabs, fal, cheapest',
  ],
  [
    configWith('').replace('provider: fal', 'provider: [fal, kling]'),
    '2:17',
    'provider[1]',
    '"kling" is not a provider',
  ],
  [
    configWith('').replace('provider: fal', 'provider: [fal, cheapest]'),
    '2:17',
    'provider[1]',
    'must stand alone',
  ],
  [
    configWith('').replace('provider: fal', 'provider: [fal, fal]'),
    '2:17',
    'provider[1]',
    'listed twice',
  ],
  [
    configWith('').replace('provider: fal', 'provider: []'),
    '2:11',
    'provider',
    'must not be empty',
  ],
  [
    configWith('').replace('provider: fal\n', ''),
    '1:1',
    'provider',
    'no provider is chosen; write one of prospolabs, empiriolabs, fal, cheapest',
  ],
  [
    configWith('    provider: toString'),
    '7:15',
    'transfers[0].provider',
    '"toString" is not a provider',
  ],
  [
    configWith('    provider-options: { kling: {} }'),
    '7:25',
    'transfers[0].provider-options.kling',
    '"kling" is not a provider',
  ],
  [
    configWith('    provider-options: { empiriolabs: { seed: 1 } }'),
    '7:25',
    'transfers[0].provider-options.empiriolabs',
    'cannot be made by that provider',
  ],
  [
    configWith('    provider-options: { fal: { retention: long, webhook: x } }'),
    '7:49',
    'transfers[0].provider-options.fal.webhook',
    'unknown key; the keys here are retention',
  ],
  [
    configWith('    provider-options: { fal: { retention: 7 } }'),
    '7:43',
    'transfers[0].provider-options.fal.retention',
    'must be short or long, not 7',
  ],
  [
    topped('defaults: { provider-options: { empiriolabs: { seed: x } } }'),
    '7:54',
    'defaults.provider-options.empiriolabs.seed',
    'must be a number',
  ],
  // assets
  [
    one('{ character: http://x.io/a.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'must be an https URL, not http:',
  ],
  [
    one('{ character: "https://u:p@x.io/a.png", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'user name or password',
  ],
  [
    one('{ character: "https://x.io/a.png#b", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'fragment',
  ],
  [
    one('{ character: "data:image/png;base64,AA", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'must be an https URL, not data:',
  ],
  [
    one('{ character: file:///etc/passwd, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'must be an https URL, not file:',
  ],
  [
    one('{ character: ../a.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    '.. is refused',
  ],
  [
    one('{ character: /etc/passwd, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'without the leading /',
  ],
  [
    one('{ character: "C:/a.png", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'without a drive letter',
  ],
  [
    one('{ character: "\\\\\\\\host\\\\a.png", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'written with /',
  ],
  [
    one('{ character: "a\\0.png", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'control characters',
  ],
  [
    one('{ character: ./a.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'without ./',
  ],
  [
    one('{ character: .git/a.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'inside .git',
  ],
  [
    one('{ character: a/CON.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'Windows reserves',
  ],
  [
    one('{ character: none/*.png, motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'no file of the repository matches none/*.png',
  ],
  [
    one(`{ character: "${'{a,aa}'.repeat(20)}b", motion: m.mp4, output: o.mp4 }`),
    '4:18',
    'transfers[0].character',
    'more than 5 wildcards and groups',
  ],
  [
    one('{ character: "*a*a*a*b", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'more than 3 wildcards between two /',
  ],
  [
    one('{ character: "*a*a*a*a*a*b", motion: m.mp4, output: o.mp4 }'),
    '4:18',
    'transfers[0].character',
    'more than 4 wildcards',
  ],
  [
    one('{ character: assets/characters/*.png, motion: m.mp4, output: o.mp4 }'),
    '4:66',
    'transfers[0].output',
    'must hold {character}, because assets/characters/*.png matches 2 files',
  ],
  // outputs and ids
  ...['plan.json', 'results.json', 'Plan.JSON', 'motion-transfer.lock.json'].map(
    (record): [string, string, string, string] => [
      one(`${HERO}, output: ${record}/x.mp4 }`),
      '4:76',
      'transfers[0].output',
      `must not be inside ${record}, a name of ours in the artifact`,
    ],
  ),
  [one(`${HERO}, output: o.mov }`), '4:76', 'transfers[0].output', 'must end in .mp4'],
  [
    one(`${HERO}, output: "{hero}.mp4" }`),
    '4:76',
    'transfers[0].output',
    '{hero} stands for nothing',
  ],
  [one(`${HERO}, output: .git/hooks/o.mp4 }`), '4:76', 'transfers[0].output', 'inside .git'],
  [one(`${HERO}, output: .GitHub/o.mp4 }`), '4:76', 'transfers[0].output', 'inside .github'],
  [one(`${HERO}, output: "ab:c.mp4" }`), '4:76', 'transfers[0].output', 'must not hold :'],
  [
    one(`${HERO}, output: ${'x'.repeat(300)}.mp4 }`),
    '4:76',
    'transfers[0].output',
    'longer than 240 bytes',
  ],
  [
    one(`${HERO}, output: assets/motions/Wave.mp4 }`),
    '4:76',
    'transfers[0].output',
    'is also a motion of this plan',
  ],
  [one(`${HERO}, output: a.mp4, id: "a,b" }`), '4:87', 'transfers[0].id', 'without commas'],
  [
    one(`${HERO}, output: a.mp4 }\n  - ${HERO}, output: a.mp4 }`),
    '5:76',
    'transfers[1].output',
    'a.mp4 would be written twice: from assets/hero.png + assets/motions/wave.mp4',
  ],
  [
    one(`${HERO}, output: a.mp4 }\n  - ${HERO}, output: A.mp4 }`),
    '5:76',
    'transfers[1].output',
    'differ only in case',
  ],
  [
    one(`${HERO}, output: a.mp4 }\n  - ${HERO}, output: a.mp4/b.mp4 }`),
    '5:76',
    'transfers[1].output',
    'needs a directory a.mp4',
  ],
  [
    one(`${HERO}, output: a.mp4, id: x }\n  - ${HERO}, output: b.mp4, id: x }`),
    '5:87',
    'transfers[1].id',
    '"x" is also the id of the transfer to a.mp4',
  ],
];

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
