import fc from 'fast-check';
import { lexer, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { codeSpan, markdownText } from '../../src/report/escape-markdown.ts';
import { assertProperty } from '../support/property.ts';
import { sweepSize } from '../support/sweep.ts';
import { decodeEntities, liveParts } from './markdown-oracle.ts';

const payloads = [
  '| a | b | c |',
  'cell | <script>alert(1)</script> | cell',
  '<script>alert(1)</script>',
  '<img src=https://evil.example/beacon.png>',
  '<a href="javascript:alert(1)">click</a>',
  '<details><summary>x</summary>',
  '</td></tr></table>',
  '<!-- motion-transfer:comment -->',
  '--> <!-- motion-transfer:comment',
  '![beacon](https://evil.example/beacon.png)',
  '![x][beacon]\n\n[beacon]: https://evil.example/b.png',
  '[click](https://evil.example)',
  '[click](javascript:alert(1))',
  '[x]: https://evil.example "title"',
  '<https://evil.example>',
  'https://evil.example/path',
  'www.evil.example',
  'someone@evil.example',
  '@octocat please merge',
  'fixes #1',
  '```\ncode\n```',
  '~~~\ncode',
  '`code` and ``more``',
  '# Heading',
  'Heading\n=======',
  'Heading\n---',
  '> quote',
  '- [ ] a checkbox',
  '* item\n* item',
  '1. item',
  '+ item',
  '---',
  '***bold italics***',
  '_emphasis_ and __strong__',
  '~~struck~~',
  '| a |\n| - |\n| b |',
  '[^1] a footnote\n\n[^1]: text',
  '&lt;script&gt;&#x3c;b&#62;',
  '\\`escaped\\` \\<b>',
  '<b>\u202eevil\u202c</b>',
  'a\u2028# heading',
  'a\r# heading',
  'a\u200b@octocat',
  '$$\\frac{1}{2}$$ and $x$',
];

/** GFM and GitHub together make nothing of these, not even raw: they only must not come alive. */
const harmless = [
  '</td></tr></table>',
  '&lt;script&gt;&#x3c;b&#62;',
  'a\u2028# heading',
  '[^1] a footnote\n\n[^1]: text',
  '$$\\frac{1}{2}$$ and $x$',
  '--> <!-- motion-transfer:comment',
  '\\`escaped\\` \\<b>',
];

/** What stands in the first cell when `text` is put there; `null` when that breaks the table. */
function cellWith(text: string): Token[] | null {
  const [table, ...rest] = lexer(`| a | b |\n| --- | --- |\n| ${text} | end |\n`, { gfm: true });
  if (table?.type !== 'table' || rest.length > 0 || table.rows.length !== 1) return null;
  const [first, second, ...others] = table.rows[0] ?? [];
  return second?.text === 'end' && others.length === 0 ? (first?.tokens ?? null) : null;
}

describe('text as code', () => {
  test.each([...payloads, 'a\\', 'a\\| b', '|'])('%j is one span in its table cell', (payload) => {
    const types = cellWith(codeSpan(payload))?.map(({ type }) => type);
    expect(types).toEqual(['codespan']);
  });

  test('reads as it was written, also in the file', () => {
    expect(codeSpan('HTTP 404: {"code":1002,"message":"no #1 of @you"}')).toBe(
      '`HTTP 404: {"code":1002,"message":"no #1 of @you"}`',
    );
    expect(codeSpan('')).toBe('');
  });
});

describe('text as Markdown', () => {
  test.each(payloads)('%j comes out inert', (payload) => {
    expect(liveParts(markdownText(payload))).toEqual([]);
  });

  test.each(payloads)('%j stays inside its table cell', (payload) => {
    const types = cellWith(markdownText(payload))?.map(({ type }) => type);
    expect(types).toBeDefined();
    expect(types?.filter((type) => type !== 'text' && type !== 'escape')).toEqual([]);
  });

  test.each(payloads.filter((payload) => !harmless.includes(payload)))(
    '%j would come alive as it is, so the oracle can tell',
    (payload) => {
      expect(cellWith(payload) == null || liveParts(payload).length > 0).toBe(true);
    },
  );

  test('reads as it was written', () => {
    const text = 'a_b*c [d](e) <f> | g & "h" \'i\' 50% (j), k; l?';
    expect(decodeEntities(markdownText(text))).toBe(text);
  });

  test('parts mentions and numbers so that GitHub finds none', () => {
    expect(decodeEntities(markdownText('@octocat #1'))).toBe('@\u200boctocat #\u200b1');
  });

  test('drops the query of a URL', () => {
    const shown = decodeEntities(
      markdownText('see https://cdn.example.com/a.mp4?X-Amz-Signature=1'),
    );
    expect(shown).toBe('see https://cdn.example.com/a.mp4?...');
  });

  test('is cut by characters of the text, never inside an entity', () => {
    for (let length = 0; length < 12; length++) {
      const cut = markdownText('<<<<<<<<<<<<', length);
      expect(cut).toBe(`${'&#60;'.repeat(length)}&#46;&#46;&#46;`);
    }
  });

  test('leaves a key as the runner knows it, so that its mask hides it in a summary', () => {
    const key = 'sk-proj_a.b+c/d=e:0123';
    expect(markdownText(`said ${key}, (${key})`)).toBe(`said ${key}, &#40;${key}&#41;`);
  });

  test.each(['www.evil.example', 'a www.evil.example', 'https://evil.example', 'a_b_ and _c_d'])(
    '%j has nothing alive in it',
    (text) => {
      expect(liveParts(markdownText(text))).toEqual([]);
    },
  );

  test('leaves no special character, and nothing comes alive', () => {
    const piece = fc.oneof(
      fc.constantFrom(...payloads),
      fc.constantFrom(...'\\`*_{}[]()#+-.!|<>&@~$^:=/"\'\n\r\t '),
      fc.constantFrom('http://', 'www.', 'a@b.c', '\u2028', '\u0085', '\u202e', '&#x40;', '<!--'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    assertProperty(
      'Markdown',
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = markdownText(pieces.join(''));
        const left = text
          .replace(/&#\d+;/g, ' ')
          .replace(/(?<=[a-z0-9])[-_.:+=/](?=[a-z0-9])/gi, '');
        expect(left).not.toMatch(/[\\`*_{}[\]()#+\-.!|<>&@~$^:=/"'\n\r]/);
        // Reports put texts behind something else: four spaces at a start would be a code block.
        expect(liveParts(text.trimStart())).toEqual([]);
      }),
      sweepSize(5_000),
    );
  });
});
