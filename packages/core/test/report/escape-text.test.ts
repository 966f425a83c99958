import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutQueries } from '../../src/model/secrets/redact.ts';
import { plainText } from '../../src/report/escape-text.ts';
import { assertProperty } from '../support/property.ts';
import { sweepSize } from '../support/sweep.ts';
import { linesOf, runnerObeys } from './runner-oracle.ts';

const commands = [
  '::add-mask::a',
  '::set-output name=x::y',
  '::stop-commands::token',
  '::error file=a.js,line=1::text',
  '::save-state name=isPost::true',
  '##[stop-commands]x',
  '##[set-env name=PATH]/tmp',
  '##[group]x',
];

describe('text of others in a log', () => {
  const before = [
    '',
    ' ',
    '\t',
    '\n',
    'x\n',
    '\r',
    'x\r\n',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u00a0',
    '\v',
    '\f',
    '\u3000',
    '\u200b',
    '\ufeff',
    '\u001b[2K',
    'x ',
  ];
  const hostile = before.flatMap((start) => commands.map((command) => start + command));

  test.each(hostile)('%j is obeyed by no runner', (text) => {
    expect(linesOf(plainText(text)).some(runnerObeys)).toBe(false);
  });

  test('would be obeyed as it is, so the oracle can tell', () => {
    const obeyed = hostile.filter((text) => linesOf(text).some(runnerObeys));
    expect(obeyed.length).toBeGreaterThan(100);
  });

  test('is never obeyed, whatever it is made of', () => {
    const piece = fc.oneof(
      fc.constantFrom(...commands),
      fc.constantFrom('::', ':', '#', '##', '##[', '[', ']', '###', ' ', '\n', '\r', '\t'),
      fc.constantFrom(
        '\u0085',
        '\u2028',
        '\u00a0',
        '\u200b',
        '\u200d',
        '\u202e',
        '\u2066',
        '\ufeff',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    let obeyedRaw = 0;
    assertProperty(
      'runner commands',
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        if (linesOf(text).some(runnerObeys)) obeyedRaw += 1;
        const lines = linesOf(plainText(text));
        expect(lines).toHaveLength(1);
        expect(lines.some(runnerObeys)).toBe(false);
        expect(lines[0]).not.toMatch(
          /\p{Cc}|[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u,
        );
      }),
      sweepSize(3_000),
    );
    expect(obeyedRaw).toBeGreaterThan(sweepSize(150));
  });

  test('stays harmless when it is cut anywhere', () => {
    const text = `${commands.join('')}###[[::::##[`;
    for (let length = 0; length < text.length; length++) {
      expect(runnerObeys(plainText(text, length))).toBe(false);
    }
  });

  test.each([
    ['a\u001b[31mred\u001b[0m', 'a [31mred [0m'],
    ['invoice\u202e4pm.exe', 'invoice4pm.exe'],
    ['two\nlines', 'two lines'],
    ['tab\there', 'tab here'],
    ['Ünïcödé 漢字 🎬', 'Ünïcödé 漢字 🎬'],
    ['12:30', '12:30'],
  ])('%j is shown as %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  test('is cut where it gets long', () => {
    expect(plainText('x'.repeat(2_001))).toBe(`${'x'.repeat(2_000)}...`);
    expect(plainText('x'.repeat(2_000))).toBe('x'.repeat(2_000));
    expect(plainText('abc', 1)).toBe('a...');
  });
});

describe('URLs in anything shown', () => {
  test.each([
    ['https://h/p?X-Amz-Signature=1&b=2', 'https://h/p?...'],
    ['a https://h/p?token=1 b http://h?sig=2.', 'a https://h/p?... b http://h?...'],
    ['<https://h/p?a=1>', '<https://h/p?...>'],
    ['"https://h/p?a=1"', '"https://h/p?..."'],
    ["https://h/it's.mp4?a=1", "https://h/it's.mp4?..."],
    ['HTTPS://h/p?a=1', 'HTTPS://h/p?...'],
    ['https://h/p', 'https://h/p'],
    ['why? because', 'why? because'],
    ['https://h/p?a=1?b=2#f', 'https://h/p?...'],
  ])('%s becomes %s', (text, shown) => {
    expect(withoutQueries(text)).toBe(shown);
  });

  test('have no query left', () => {
    assertProperty(
      'queries',
      fc.property(fc.array(fc.webUrl({ withQueryParameters: true }), { maxLength: 4 }), (urls) => {
        const shown = withoutQueries(urls.join(' '));
        for (const url of urls) {
          const { search } = new URL(url);
          if (search.length > 6) expect(shown).not.toContain(search);
        }
      }),
    );
  });
});
