import { describe, expect, test } from 'vitest';
import { holdsRedaction, redactAnswer } from '../../src/http/redact-answer.ts';
import { createRedactor } from '../../src/model/secrets/redact.ts';

const KEY = 'sk-Canary+0123/456=789';
/** What of it depends on the key alone. */
const base64Behind = (before: string) =>
  Buffer.from(before + KEY)
    .toString('base64')
    .replace(/=/g, '')
    .slice(before.length + 1, -1);
const redact = (body: string, headers = {}) =>
  redactAnswer(body, headers, createRedactor([KEY, 'other-key-0123']));

describe('an answer without the keys it repeats', () => {
  test.each([
    ['as it is', KEY],
    ['in other letters', KEY.toUpperCase()],
    ['percent-encoded', encodeURIComponent(KEY)],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['in base64 for addresses', Buffer.from(KEY).toString('base64url')],
    ['in base64 behind one byte', base64Behind('.')],
    ['in base64 behind two bytes', base64Behind('..')],
    ['in base64 for addresses behind one byte', base64Behind('.').replaceAll('+', '-')],
    ['in hexadecimal', Buffer.from(KEY).toString('hex')],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
    ['as JSON in PHP', KEY.replaceAll('/', '\\/')],
    ['with entities', KEY.replace(/\W/g, (sign) => `&#${sign.charCodeAt(0)};`)],
    [
      'with every character as an entity',
      KEY.replace(/[\s\S]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    ],
    [
      'with every character as an entity in hexadecimal',
      KEY.replace(/[\s\S]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
    ],
    [
      'with every character percent-encoded',
      KEY.replace(/[\s\S]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
    ],
    ['cut after twelve characters', KEY.slice(0, 12)],
    ['cut, in base64', Buffer.from(KEY.slice(0, 12)).toString('base64')],
  ])('%s, in values, names, lists, texts and headers', (_title, form) => {
    const body = { id: `job-${form}-1`, list: [{ [`of ${form}`]: 1 }], text: `no key ${form}.` };
    const answer = redact(JSON.stringify(body), { 'x-key': form });
    expect(answer.isRedacted).toBe(true);
    expect(JSON.stringify(answer).toLowerCase()).not.toContain(form.toLowerCase());
    expect(answer.json).toMatchObject({ id: expect.stringMatching(/^job-\*\*\*\w?=?=?-1$/) });
    const page = redact(`<html>${form}</html>`);
    expect(page).toMatchObject({ json: undefined, isRedacted: true });
    expect(page.text.toLowerCase()).not.toContain(form.toLowerCase());
  });

  test('is found where JSON escapes it', () => {
    const escaped = [...KEY].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const answer = redact(`{"message":"${escaped.join('')}"}`);
    expect(answer).toMatchObject({
      json: { message: '***' },
      text: '{"message":"***"}',
      isRedacted: true,
    });
  });

  test('is what the provider said where it repeats none', () => {
    const body = { id: 'job-***', nested: [{ a: null, b: 1.5, c: [true] }], empty: {} };
    const answer = redact(JSON.stringify(body));
    expect(answer.json).toEqual(body);
    expect(answer.isRedacted).toBe(false);
  });

  test('keeps whole numbers that would be rounded, as text', () => {
    const answer = redact('{"id":12345678901234567890,"small":12345,"price":0.1,"huge":1e300}');
    expect(answer.json).toEqual({
      id: '12345678901234567890',
      small: 12_345,
      price: 0.1,
      huge: 1e300,
    });
  });

  test.each(['', 'not JSON', '{"id":', '['.repeat(100_000)])('is no JSON where %#', (body) => {
    expect(redact(body)).toMatchObject({ json: undefined, isRedacted: false });
  });
});

test('an id out of which a secret was taken is recognized', () => {
  expect(holdsRedaction({ jobId: 'job-***-1' })).toBe(true);
  expect(holdsRedaction({ jobId: 'job-1', url: null })).toBe(false);
});
