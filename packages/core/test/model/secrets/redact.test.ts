import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/model/hash.ts';
import {
  bareUrl,
  createRedactor,
  cutForeign,
  type Redactor,
  withoutQueries,
  withoutSecrets,
} from '../../../src/model/secrets/redact.ts';
import { sweepSize } from '../../support/sweep.ts';

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

  test('loses a key by its first twelve characters, and no more than is there', () => {
    const key = 'r8_0123456789abcdef';
    expect(withoutSecrets(`${key.slice(0, 12)}... and ${key}!`, [key])).toBe('***... and ***!');
    expect(withoutSecrets(key.slice(0, 11), [key])).toBe(key.slice(0, 11));
  });

  test('loses each half of an id and a secret in one, and no half that is shorter than a key', () => {
    const redactor = createRedactor(['key-id-0123456:key-secret-0123']);
    expect(redactor.redact('key-secret-0123 of key-id-0123456')).toBe('*** of ***');
    expect(redactor.knows('key-secret-0123')).toBe(true);
    const short = createRedactor(['user:password-0123']);
    expect(short.redact('user, password-0123')).toBe('user, ***');
  });

  test.each(['"key-0123456789"', 'Bearer key-0123456789'])('loses the key in %s', (secret) => {
    expect(withoutSecrets('key-0123456789', [secret])).toBe('***');
  });

  test('loses a long token as a whole only, because others begin like it', () => {
    const token = `IQoJb3JpZ2luX2Vj${'x'.repeat(200)}`;
    expect(withoutSecrets(token, [token])).toBe('***');
    const other = `https://store.example/a.mp4?token=${token.slice(0, 100)}`;
    expect(withoutSecrets(other, [token])).toBe(other);
  });

  test('loses the signature of a signed token, whose header all of them share', () => {
    const header = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';
    const signature = 'TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ';
    const redactor = createRedactor([`${header}.e30.${signature}`]);
    expect(redactor.redact(`${header}.e30.${signature}`)).toBe(`${header}.e30.***`);
    expect(redactor.redact(`${header}.e30.another`)).toBe(`${header}.e30.another`);
  });

  test('learns secrets on the way', () => {
    const redactor = createRedactor();
    expect(redactor.redact('a token-made-later')).toBe('a token-made-later');
    redactor.add('token-made-later');
    expect(redactor.redact('a token-made-later')).toBe('a ***');
  });

  test('keeps its places where lower case has another length', () => {
    expect(withoutSecrets('İİ SECRET-0123456789 İ', ['secret-0123456789'])).toBe('İİ *** İ');
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

test('of a text of others, the beginning is kept', () => {
  expect(cutForeign('x'.repeat(1_000))).toBe('x'.repeat(1_000));
  expect(cutForeign('x'.repeat(200_000))).toBe(`${'x'.repeat(1_000)}...`);
  expect(cutForeign(`${'x'.repeat(999)}🎬`)).toBe(`${'x'.repeat(999)}\ufffd...`);
});

const signatures = Array.from({ length: 10_000 }, (_, n) => sha256(String(n)));
let made: Redactor | null = null;
/** Made once: that takes longer than its work. */
function withSignatures(): Redactor {
  made ??= createRedactor(['sk-canary-0123456789', ...signatures]);
  return made;
}

test.each([
  ['beginnings of a key', 'sk-canary-0123456789'.slice(0, 11)],
  ['keys', 'sk-canary-0123456789'],
  ['a letter that grows', 'İ'],
])('kilobytes of %s take linear time with ten thousand secrets', (_name, piece) => {
  const redactor = withSignatures();
  const text = piece.repeat(sweepSize(262_144) / piece.length);
  expect(redactor.redact(text)).not.toContain('sk-canary-0123');
  expect(redactor.redact(`${text} ${signatures[9_999]}`).endsWith(' ***')).toBe(true);
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
