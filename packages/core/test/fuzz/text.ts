import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactAnswer } from '../../src/http/redact-answer.ts';
import { createRedactor, REDACTED, withoutQueries } from '../../src/model/secrets/redact.ts';
import { markdownText } from '../../src/report/escape-markdown.ts';
import { plainText } from '../../src/report/escape-text.ts';
import { liveParts } from '../report/markdown-oracle.ts';
import { linesOf, runnerObeys } from '../report/runner-oracle.ts';
import { fuzzTarget } from './target.ts';

const commands = ['::add-mask::a', '::set-output name=x::y', '##[group]x', '::stop-commands::t'];
const piece = fc.oneof(
  fc.constantFrom(...commands),
  fc.constantFrom('::', ':', '#', '##', '##[', '[', ']', '###', ' ', '\n', '\r', '\t'),
  fc.constantFrom('\u0085', '\u2028', '\u00a0', '\u200b', '\u200d', '\u202e', '\u2066', '\ufeff'),
  fc.constantFrom('[a](b)', '<b>', '![', '`', '|', '@octocat', '#1', 'http://', 'www.', 'a@b.c'),
  fc.constantFrom('&#x40;', '<!--', '\\', '*', '_', '~~', '$', '"', "'", '- ', '1. ', '---'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const hostile = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));

export const logLine = fuzzTarget({
  name: 'log-line',
  input: hostile,
  check(text) {
    const lines = linesOf(plainText(text));
    assert.equal(lines.length, 1);
    assert.ok(!lines.some(runnerObeys));
    assert.doesNotMatch(
      lines[0] ?? '',
      /\p{Cc}|[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u,
    );
  },
});

export const markdown = fuzzTarget({
  name: 'markdown',
  input: hostile,
  // Reports put texts behind something else: four spaces at a start would be a code block.
  check: (text) => assert.deepEqual(liveParts(markdownText(text).trimStart()), []),
});

export const queries = fuzzTarget({
  name: 'queries',
  input: fc
    .array(fc.webUrl({ withQueryParameters: true }), { maxLength: 4 })
    .map((urls) => urls.join(' ')),
  check(text) {
    const shown = withoutQueries(text);
    for (const url of text.split(' ').filter((part) => part !== '')) {
      const { search } = new URL(url);
      if (search.length > 6) assert.ok(!shown.includes(search));
    }
  },
});

/** A key and what stands around it, as JSON: the key may be anything that is long enough. */
const keyed = fc
  .record({
    key: fc.string({ unit: 'binary', minLength: 12, maxLength: 60 }),
    before: fc.string({ unit: 'binary', maxLength: 5 }),
    after: fc.string({ unit: 'binary', maxLength: 5 }),
    encoding: fc.nat(6),
  })
  .map((parts) => JSON.stringify(parts));

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => encodeURIComponent(text),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => text.toLowerCase(),
];

/** Whatever the key, and whatever stands around it: it is not found again in any encoding. */
export const repeatedKey = fuzzTarget({
  name: 'repeated-key',
  input: keyed,
  check(text) {
    const { key, before, after, encoding } = JSON.parse(text);
    if (!key.isWellFormed() || !`${before}${after}`.isWellFormed()) return;
    const encode = encodings[encoding] ?? String;
    const echo = encode(`${before}${key}${after}`);
    const clean = createRedactor([key]).redact(echo);
    assert.ok(clean.includes(REDACTED));
    assert.ok(!clean.toLowerCase().includes(encode(key).toLowerCase()));
    const answer = redactAnswer(JSON.stringify({ [echo]: [echo] }), {}, createRedactor([key]));
    assert.equal(answer.isRedacted, true);
    assert.ok(!answer.text.toLowerCase().includes(encode(key).toLowerCase()));
  },
});

/** As much of one piece as takes hours where the work is quadratic. */
export const longText = fuzzTarget({
  name: 'long-text',
  inputsInTurn: 5,
  input: piece.filter((text) => text !== ''),
  check(repeated) {
    const text = repeated.repeat(Math.ceil(200_000 / repeated.length));
    const redactor = createRedactor(['sk-canary-0123456789', repeated.repeat(3)]);
    for (const work of [withoutQueries, plainText, markdownText, redactor.redact])
      assert.ok(work(text).length < 10 * text.length);
    redactAnswer(text, {}, redactor);
  },
});
