import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBoundedJson, parseRecordJson } from '../../../src/model/json/strict-json.ts';

const parsers = [parseBoundedJson, parseRecordJson];

describe.each(parsers.map((parse) => [parse.name, parse] as const))('%s', (_name, parse) => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('refuses what JSON.parse refuses', () => {
    for (const text of ['', '{', '{"a":1,}', '"', '"\\', '{"a', ']', '{]', '[1 2]', 'nul'])
      expect(() => parse(text), text).toThrow(SyntaxError);
  });

  test.each([
    ['lists', '['.repeat(100_000)],
    ['whole lists', '['.repeat(1_000) + ']'.repeat(1_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['both', '[{"a":'.repeat(100_000)],
  ])('refuses %s nested without end, before it parses them', (_title, text) => {
    expect(() => parse(text)).toThrow('nested more than 64 levels deep');
  });

  test('does not take what stands in a text for structure', () => {
    const text = JSON.stringify({ a: '{"a":1,"a":2} \\" [[[', b: '['.repeat(1_000) });
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});

describe('a key that stands twice in a record', () => {
  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"a":1,"c":[],"a":2}}]',
    '{"a":{"a":1},"b":[{"a":1}],"a":3}',
    '{"__proto__":1,"__proto__":2}',
  ])('%s is refused', (text) => {
    expect(() => parseRecordJson(text)).toThrow('stands twice');
    expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
  });

  test.each(['{"a":{"a":1},"b":{"a":2}}', '[{"a":1},{"a":2}]', '{"a":"a","b":"a"}'])(
    '%s has none',
    (text) => {
      expect(parseRecordJson(text)).toEqual(JSON.parse(text));
    },
  );
});
