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
