import { describe, expect, test } from 'vitest';
import { bareUrl, withoutQueries, withoutSecrets } from '../../src/model/redact.ts';

describe('a text without secrets', () => {
  test.each([
    ['key sk-1 is refused', ['sk-1'], 'key *** is refused'],
    ['sk-1 and sk-1', ['sk-1'], '*** and ***'],
    ['?a=sig%2Fx%3D&b', ['sig/x='], '?a=***&b'],
    ['nothing of it', ['sk-1', ''], 'nothing of it'],
  ])('%j without %j is %j', (text, secrets, clean) => {
    expect(withoutSecrets(text, secrets)).toBe(clean);
  });

  test('loses a long secret whole before a short one that is a part of it', () => {
    expect(withoutSecrets('X-Amz-Signature=abc', ['abc', 'X-Amz-Signature=abc'])).toBe('***');
  });

  test('takes a secret that is no well-formed text', () => {
    expect(withoutSecrets('a\ud800b', ['\ud800'])).toBe('a***b');
  });
});

test.each([
  ['https://h.example/a.mp4?sig=1#f', 'https://h.example/a.mp4'],
  ['https://h.example/a.mp4#f?x', 'https://h.example/a.mp4'],
  ['https://h.example/a\nb?c\nd', 'https://h.example/a\nb'],
])('%j leads to %j', (url, bare) => {
  expect(bareUrl(url)).toBe(bare);
});

test.each([
  ['schemes', 'https://'],
  ['schemes with a host', 'http://h'],
  ['question marks', '?'],
  ['addresses with a query', 'https://h/?a '],
])('a megabyte of %s takes linear time', (_name, piece) => {
  // Quadratic work on it takes hours.
  const text = piece.repeat(1_048_576 / piece.length);
  expect(withoutQueries(text)).not.toContain('?a');
  expect(bareUrl(text)).toHaveLength(text.includes('?') ? text.indexOf('?') : text.length);
});
