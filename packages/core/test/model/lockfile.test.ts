import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import {
  emptyLockfile,
  type LockedOutput,
  parseLockfile,
  serializeLockfile,
} from '../../src/model/lockfile.ts';
import { withoutQuery } from '../../src/model/redact.ts';
import { buildState } from '../support/state-builder.ts';

function lockedOutput(changes: Partial<LockedOutput> = {}): LockedOutput {
  const state = buildState();
  return state.lock(state.addTransfer('hero'), changes);
}

function refusalOf(text: string): ConfigError {
  try {
    parseLockfile(text);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('a lockfile', () => {
  test('that is missing is empty', () => {
    expect(parseLockfile(null)).toEqual(emptyLockfile);
  });

  test('comes back as it was written', () => {
    const content = {
      version: 1 as const,
      outputs: {
        'out/b.mp4': lockedOutput({ operation: { jobId: 'ä', list: [1, { b: 1, a: 2 }] } }),
        'out/a.mp4': lockedOutput({
          copyOf: 'out/b.mp4',
          charge: { microUsd: null, source: 'unknown' },
        }),
      },
    };
    expect(parseLockfile(serializeLockfile(content))).toEqual(content);
  });

  test('is the same bytes for the same content: sorted, indented, one final newline', () => {
    const locked = lockedOutput();
    const backwards = Object.fromEntries(Object.entries(locked).toReversed()) as LockedOutput;
    const one = serializeLockfile({ version: 1, outputs: { b: locked, a: locked } });
    const other = serializeLockfile({ outputs: { a: backwards, b: backwards }, version: 1 });
    expect(other).toBe(one);
    expect(one).toMatch(/^\{\n {2}"outputs": \{\n {4}"a": \{\n {6}"adapterRevision": 1,/);
    expect(one).toMatch(/[^\n]\n$/);
  });

  test('with conflict markers says what to do with them', () => {
    const text = serializeLockfile({ version: 1, outputs: { a: lockedOutput() } });
    const middle = text.indexOf('\n') + 1;
    const conflict = `${text.slice(0, middle)}<<<<<<< HEAD\n=======\n>>>>>>> branch\n${text.slice(middle)}`;
    expect(refusalOf(conflict).message).toContain('merge conflict markers; resolve them');
    expect(refusalOf(conflict).issues).toMatchObject([
      { severity: 'error', position: { file: 'motion-transfer.lock.json', line: 1 } },
    ]);
  });

  const forged: [string, unknown][] = [
    ['of another version', { version: 2, outputs: {} }],
    ['without outputs', { version: 1 }],
    ['with a list of outputs', { version: 1, outputs: [] }],
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
    ['that is a list', []],
    ['that is null', null],
  ];

  test.each(forged)('%s is refused', (_name, content) => {
    expect(refusalOf(JSON.stringify(content)).message).toContain('nothing is planned');
  });

  test.each(['', '{', 'version: 1', '{"version":1,"outputs":{}} x'])(
    'that is not JSON is refused: %j',
    (text) => {
      expect(refusalOf(text).message).toContain('restore it from git');
    },
  );

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
    const text = `{"version":1,"outputs":{"__proto__":${locked}}}`;
    const { outputs } = parseLockfile(text);
    expect(Reflect.get(outputs, 'fingerprint')).toBeUndefined();
    expect(Reflect.get({}, 'fingerprint')).toBeUndefined();
  });
});

function withOutput(changes: Record<string, unknown>): unknown {
  return { version: 1, outputs: { 'out/a.mp4': { ...lockedOutput(), ...changes } } };
}
