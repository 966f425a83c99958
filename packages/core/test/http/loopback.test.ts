import { expect, test } from 'vitest';
import { isLoopback } from '../../src/http/loopback.ts';

test.each(['localhost', '127.0.0.1', '127.200.0.1', '127.255.255.255', '[::1]', '::1'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  '127.evil.com',
  '127.0.0.1.evil.com',
  '127.0.0.1.nip.io',
  '127.0.0.256',
  '127.0.0.01',
  '127.0.0',
  '127.',
  'localhost.',
  'localhost.evil.com',
  'app.localhost',
  'LOCALHOST',
  '10.0.0.1',
  '128.0.0.1',
  '0.0.0.0',
  '[::]',
  '::ffff:127.0.0.1',
  '[::ffff:7f00:1]',
  '[::1',
  ' 127.0.0.1',
  '127.0.0.1\n',
  '',
])('%j is not', (host) => {
  expect(isLoopback(host)).toBe(false);
});
