import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ConfigError } from '../../../src/model/errors.ts';
import {
  joinOutputs,
  LOCKFILE_PATH,
  type LockedOutput,
  versionsNamedIn,
} from '../../../src/model/lockfile/lockfile.ts';
import { parseLockfilePart } from '../../../src/model/lockfile/lockfile-format.ts';
import { withoutQuery } from '../../../src/model/secrets/redact.ts';
import { lockedOutput, lockfileText } from '../../support/lockfile.ts';

const parse = (text: string) => parseLockfilePart(text, LOCKFILE_PATH);

function refusalOf(text: string): ConfigError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('a lockfile', () => {
  test('comes back as it was written', () => {
    const outputs = {
      'out/b.mp4': lockedOutput({ operation: { jobId: 'ä', list: [1, { b: 1, a: 2 }] } }),
      'out/a.mp4': lockedOutput({
        copyOf: 'out/b.mp4',
        charge: { microUsd: null, source: 'unknown' },
        ledger: { place: 'branch b', commit: 'c' },
        also: [lockedOutput({ take: 2 })],
      }),
    };
    expect(parse(lockfileText(outputs))).toEqual({ outputs, isSharded: false, outdated: null });
    expect(parse(lockfileText({})).outputs).toEqual({});
  });

  test('keeps what both sides of a merge made of the same video, whichever side is ours', () => {
    const webFile = (kind: string, sha256: string, of = lockedOutput().sha256) => ({
      kind,
      of,
      sha256,
      identity: `git:${sha256}`,
      bytes: 1,
    });
    const one = lockedOutput({ webFiles: [webFile('gif', 'a'), webFile('poster', 'z', 'other')] });
    const other = lockedOutput({ webFiles: [webFile('gif', 'b'), webFile('poster', 'c')] });
    const expected = [webFile('gif', 'b'), webFile('poster', 'c')];
    expect(joinOutputs([{ x: one }, { x: other }]).x?.webFiles).toEqual(expected);
    expect(joinOutputs([{ x: other }, { x: one }]).x?.webFiles).toEqual(expected);
    expect(joinOutputs([{ x: one }, { x: lockedOutput() }]).x?.webFiles).toHaveLength(2);
    expect(joinOutputs([{ x: lockedOutput() }, { x: lockedOutput() }]).x).toEqual(lockedOutput());
  });

  test('whose web files are of a later release is read without them', () => {
    const text = lockfileText({
      a: lockedOutput({ webFiles: [{ kind: 'avif' } as never] }),
    });
    expect(parse(text).outputs.a).toEqual(lockedOutput());
  });

  test('is the same bytes for the same content: a line for each output, in order, and an end', () => {
    const locked = lockedOutput();
    const backwards = Object.fromEntries(Object.entries(locked).toReversed()) as LockedOutput;
    const text = lockfileText({ b: locked, a: locked });
    expect(lockfileText({ a: backwards, b: backwards })).toBe(text);
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '{',
      '"version":2,',
      '"readBy":"motion-transfer/motion-transfer@v1",',
    ]);
    expect(lines.slice(6)).toEqual(['"":null', '}', '}', '']);
    expect(lines.slice(4, 6)).toEqual([
      expect.stringMatching(/^"a":\{"adapterRevision":1,.*\},$/),
      expect.stringMatching(/^"b":\{"adapterRevision":1,.*\},$/),
    ]);
  });

  test('is refused by readers of the first format, which look for its version', () => {
    const firstFormat = z.object({ version: z.literal(1), outputs: z.record(z.string(), z.any()) });
    const content: unknown = JSON.parse(lockfileText({ a: lockedOutput() }));
    expect(firstFormat.safeParse(content).error?.issues).toMatchObject([{ path: ['version'] }]);
  });

  test('of the first format names its version of the ledger for each output that was bought', () => {
    const { ledger: _, ...hero } = lockedOutput();
    const draft = lockedOutput({ draft: true });
    const content = {
      version: 1,
      outputs: { hero, draft },
      ledger: { place: 'branch motion-transfer-ledger', tip: 'abc' },
    };
    const { outputs, outdated } = parse(JSON.stringify(content, null, 2));
    const ledger = { place: 'branch motion-transfer-ledger', commit: 'abc' };
    expect(outputs).toEqual({ hero: { ...hero, ledger }, draft });
    expect(outdated).toContain('earlier release');
    expect(versionsNamedIn({ outputs })).toEqual([{ output: 'hero', ...ledger }]);
  });

  test.each([
    [{ version: 3, readBy: 'motion-transfer/motion-transfer@v3.1' }, 'v3.1'],
    [{ version: 4, outputs: 'who knows' }, 'v4'],
  ])('of a later format is refused with the release that reads it', (content, release) => {
    expect(refusalOf(JSON.stringify(content)).message).toContain(
      `by a later release; this one reads format 2, so nothing is planned. Use \`uses: motion-transfer/motion-transfer@${release}\``,
    );
  });

  const forged: [string, unknown][] = [
    ['of no version', { version: 0, outputs: {} }],
    ['without outputs', { version: 2 }],
    ['with a list of outputs', { version: 2, outputs: [] }],
    ['with an output that is null', { version: 2, outputs: { a: null } }],
    ['with some shards', { version: 2, outputs: {}, shards: 3 }],
    ['with a negative charge', withOutput({ charge: { microUsd: -1, source: 'estimated' } })],
    [
      'with a charge beyond integers',
      withOutput({ charge: { microUsd: 1e308, source: 'estimated' } }),
    ],
    ['with a charge of unknown origin', withOutput({ charge: { microUsd: 1, source: 'a guess' } })],
    ['with a fractional charge', withOutput({ charge: { microUsd: 0.5, source: 'estimated' } })],
    [
      'with an asset from nowhere',
      withOutput({ character: { source: { kind: 'ftp' }, identity: '' } }),
    ],
    ['with an output without a fingerprint', withOutput({ fingerprint: undefined })],
    ['with a draft that is text', withOutput({ draft: 'false' })],
    ['with half a version of a ledger', withOutput({ ledger: { place: 'file a' } })],
    ['that is a list', []],
    ['that is null', null],
  ];

  test.each(forged)('%s is refused', (_name, content) => {
    const refusal = refusalOf(JSON.stringify(content));
    expect(refusal.message).toContain('nothing is planned: restore it from git');
    expect(refusal.issues).toMatchObject([
      { severity: 'error', position: { file: 'motion-transfer.lock.json', line: 1 } },
    ]);
  });

  test.each(['', '{', 'version: 1', '{"version":1,"outputs":{}} x', '{"version":2,"outputs":{},}'])(
    'that is not JSON is refused: %j',
    (text) => {
      expect(refusalOf(text).message).toContain('restore it from git');
    },
  );

  test('with one output on two lines is refused', () => {
    const [first = '', second = ''] = lockfileText({ a: lockedOutput() }).split(/(?="":null)/);
    const twice = `${first}"a":${JSON.stringify(lockedOutput({ take: 2 }))},\n${second}`;
    expect(refusalOf(twice).message).toContain('the key "a" stands twice');
  });

  test.each([
    ['https://h.example/a.mp4?X-Amz-Signature=1', 'https://h.example/a.mp4'],
    ['https://h.example/a%20b.mp4?a=1#f', 'https://h.example/a%20b.mp4'],
    ['https://h.example/a.mp4', 'https://h.example/a.mp4'],
  ])('names the asset at %s by %s', (url, kept) => {
    expect(withoutQuery({ kind: 'url', url })).toEqual({ kind: 'url', url: kept });
  });

  test('keeps a question mark in the name of a file', () => {
    const source = { kind: 'file', path: 'assets/why?.png' } as const;
    expect(withoutQuery(source)).toEqual(source);
  });

  test('cannot smuggle anything into the prototype', () => {
    const locked = JSON.stringify(lockedOutput());
    const text = `{"version":2,"outputs":{"__proto__":${locked}}}`;
    const { outputs } = parse(text);
    expect(Reflect.get(outputs, 'fingerprint')).toBeUndefined();
    expect(Reflect.get({}, 'fingerprint')).toBeUndefined();
  });
});

describe('a lockfile with conflict markers', () => {
  const one = lockedOutput({ fingerprint: '1'.repeat(64), generatedAt: '2026-11-01T00:00:00Z' });
  const other = lockedOutput({
    fingerprint: '2'.repeat(64),
    sha256: 'd'.repeat(64),
    generatedAt: '2026-11-02T00:00:00Z',
  });
  const base = lockedOutput({ fingerprint: '0'.repeat(64) });
  const line = (path: string, locked: LockedOutput) => `"${path}":${JSON.stringify(locked)},\n`;
  const conflict = (ours: string, theirs: string, middle = '') => {
    const [head = '', tail = ''] = lockfileText({}).split(/(?="":null)/);
    return `${head}<<<<<<< HEAD\n${ours}${middle}=======\n${theirs}>>>>>>> branch\n${tail}`;
  };

  test.each([
    ['merge', ''],
    ['diff3', `||||||| 1a2b3c4\n${line('a', base)}`],
    // The base of a criss-cross merge may be a conflict itself, with longer markers.
    ['nested', '||||||| merged\n<<<<<<<<< one\n=========\n>>>>>>>>> two\n'],
  ])('of the style %s is what both sides bought', (_style, middle) => {
    const { outputs, outdated } = parse(conflict(line('a', one), line('b', other), middle));
    expect(outputs).toEqual({ a: one, b: other });
    expect(outdated).toContain('merge conflict markers');
  });

  test('keeps both purchases of one output, the newest first, whichever side is ours', () => {
    const both = { a: { ...other, also: [one] } };
    expect(parse(conflict(line('a', one), line('a', other))).outputs).toEqual(both);
    expect(parse(conflict(line('a', other), line('a', one))).outputs).toEqual(both);
    const third = lockedOutput({ fingerprint: '3'.repeat(64), generatedAt: '2026-11-03' });
    expect(parse(conflict(line('a', { ...other, also: [one] }), line('a', third))).outputs).toEqual(
      { a: { ...third, also: [other, one] } },
    );
  });

  test('knows one purchase that two branches wrote down as one', () => {
    const again = { ...one, generatedAt: '2026-11-05T00:00:00Z' };
    expect(parse(conflict(line('a', one), line('a', again))).outputs).toEqual({ a: again });
  });

  test('reads lines that end as on Windows, and a side of the first format', () => {
    const text = conflict(line('a', one), line('b', other)).replaceAll('\n', '\r\n');
    expect(Object.keys(parse(text).outputs)).toEqual(['a', 'b']);
    const old = JSON.stringify({ version: 1, outputs: { a: one } }, null, 2);
    const mixed = `<<<<<<< HEAD\n${old}\n=======\n${lockfileText({ b: other })}>>>>>>> x\n`;
    expect(parse(mixed).outputs).toEqual({ a: one, b: other });
  });

  test.each([
    '<<<<<<< HEAD\n{}\n',
    '=======\n{}\n',
    '<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> b\n=======\n>>>>>>> a\n',
    '<<<<<<< a\n=======\n=======\n>>>>>>> b\n',
  ])('that do not pair is refused: %j', (text) => {
    expect(refusalOf(text).message).toContain('markers that do not pair; resolve them');
  });

  test('with a side that is no lockfile is refused', () => {
    expect(refusalOf(conflict('"a":1,\n', line('b', other))).message).toContain(
      'restore it from git',
    );
  });
});

function withOutput(changes: Record<string, unknown>): unknown {
  return { version: 2, outputs: { 'out/a.mp4': { ...lockedOutput(), ...changes } } };
}
