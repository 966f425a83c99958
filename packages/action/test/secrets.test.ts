import { createRedactor } from '@motion-transfer/core/shell';
import { expect, test } from 'vitest';
import { redactor, secretsOf } from '../src/secrets.ts';

test('what is too short for a key hides nothing', () => {
  expect(
    secretsOf({ KLINGAI_ACCESS_KEY: 'x', FAL_KEY: 'id', AWS_ACCESS_KEY_ID: 'minioadmin' }),
  ).toEqual(['minioadmin']);
});

test('an id and a secret in one are secrets each', () => {
  const [key = ''] = secretsOf({ FAL_KEY: ' key-id-0123456:key-secret-0123\n' });
  redactor.add(key);
  expect(redactor.redact('No user found for key-secret-0123')).toBe('No user found for ***');
});

test('the password of a proxy is a secret, as it is written and as it is sent', () => {
  const [written = '', plain = ''] = secretsOf({ https_proxy: 'http://me:p%40ss-word@p.example' });
  expect([written, plain]).toEqual(['p%40ss-word', 'p@ss-word']);
  for (const secret of secretsOf({ HTTPS_PROXY: 'http://me:p%40ss-word@p.example:3128' }))
    redactor.add(secret);
  const sent = Buffer.from('me:p@ss-word').toString('base64');
  const said = `http://me:p%40ss-word@p.example:3128 got "Proxy-Authorization: Basic ${sent}"`;
  expect(redactor.redact(said)).not.toMatch(/ss-word|bWU6cEBzcy13b3Jk/);
});

test.each([
  'http://bob:super/secret99@127.0.0.1:9',
  'http://bob:super#secret99@127.0.0.1:9',
  'http://bob:super?secret99@127.0.0.1:9',
  'http://bob:super@secret99@127.0.0.1:9',
  'http://bob:1234567/secret99@127.0.0.1:9',
  'bob:super/secret99@127.0.0.1:9',
  'bob:supersecret99@127.0.0.1:9',
  'socks5://bob:super secret99@127.0.0.1:9',
])(
  'the password of a proxy that is not percent-encoded is a secret in all its pieces: %s',
  (proxy) => {
    const own = createRedactor(secretsOf({ HTTPS_PROXY: proxy }));
    const credentials = proxy.slice(
      proxy.indexOf('//') < 0 ? 0 : proxy.indexOf('//') + 2,
      proxy.lastIndexOf('@'),
    );
    // Of the whole, of the password, and of what others take for the host.
    for (const text of [credentials, credentials.slice(4), ...credentials.split(/[/#?@ ]/)])
      if (text.length >= 6) expect(own.redact(`'${text}'`)).toBe("'***'");
    expect(own.redact(proxy)).not.toMatch(/bob:|super|secret99|1234567/);
  },
);

test('a proxy without a password has no secret', () => {
  expect(
    secretsOf({ HTTPS_PROXY: 'http://p.example', HTTP_PROXY: 'no proxy', ALL_PROXY: '' }),
  ).toEqual([]);
});
