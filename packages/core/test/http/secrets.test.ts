import { describe, expect, test } from 'vitest';
import { createEndpoint } from '../../src/http/endpoint.ts';
import { credentialsOf, secretVariables } from '../../src/http/secrets.ts';
import { UnsafeError } from '../../src/model/errors.ts';
import type { Adapter } from '../../src/providers/adapter.ts';
import { kling } from '../../src/providers/kling/kling.ts';
import { findKeyProblems } from '../../src/run/require-keys.ts';

const adapter = kling as unknown as Adapter;
const KEY = 'key-0123456789';
const ACCESS = 'access-0123456789';
const SECRET = 'secret-0123456789';

const endpointWith = (environment: Record<string, string>) => createEndpoint(adapter, environment);
const problemsWith = (environment: Record<string, string>) =>
  findKeyProblems(adapter, endpointWith(environment).secrets).map((problem) => problem.join(' '));

describe('a provider with two sets of keys', () => {
  test.each<[Record<string, string>, boolean]>([
    [{ KLINGAI_API_KEY: KEY }, true],
    [{ KLINGAI_ACCESS_KEY: ACCESS, KLINGAI_SECRET_KEY: SECRET }, true],
    [{ KLING_ACCESS_KEY: ACCESS, KLING_SECRET_KEY: SECRET }, true],
    [{ KLINGAI_ACCESS_KEY: ACCESS, KLING_SECRET_KEY: SECRET }, true],
    [{ KLINGAI_API_KEY: KEY, KLINGAI_ACCESS_KEY: ACCESS }, true],
    [{ KLINGAI_ACCESS_KEY: ACCESS }, false],
    [{ KLINGAI_SECRET_KEY: SECRET }, false],
    [{ KLINGAI_API_KEY: ' ' }, false],
    [{}, false],
  ])('has its key with %j: %s', (environment, hasKey) => {
    expect(endpointWith(environment).hasKey).toBe(hasKey);
    expect(problemsWith(environment).length === 0).toBe(hasKey);
  });

  test('is given as the older names what the newer ones leave empty', () => {
    const both = { KLINGAI_ACCESS_KEY: ACCESS, KLING_ACCESS_KEY: 'older-0123456789' };
    expect(endpointWith(both).secrets.KLINGAI_ACCESS_KEY).toBe(ACCESS);
    expect(endpointWith({ ...both, KLINGAI_ACCESS_KEY: '' }).secrets).toEqual({
      KLINGAI_API_KEY: '',
      KLINGAI_ACCESS_KEY: 'older-0123456789',
      KLINGAI_SECRET_KEY: '',
    });
  });

  test('names all of its variables, so that all are masked', () => {
    expect(secretVariables(adapter)).toEqual([
      'KLINGAI_API_KEY',
      'KLINGAI_ACCESS_KEY',
      'KLINGAI_SECRET_KEY',
      'KLING_ACCESS_KEY',
      'KLING_SECRET_KEY',
    ]);
  });

  test.each(['KLINGAI_API_KEY', 'KLINGAI_SECRET_KEY', 'KLING_SECRET_KEY'])(
    'refuses a short %s by that name',
    (name) => {
      expect(() => endpointWith({ [name]: 'short' })).toThrow(UnsafeError);
      expect(() => endpointWith({ [name]: 'short' })).toThrow(
        new RegExp(`^${name} is not a key of Kling`),
      );
    },
  );

  test.each([
    ['"key-0123456789"', 'it stands in quotes'],
    ["'key-0123456789'", 'it stands in quotes'],
    ['"key-0123456789', 'it stands in quotes'],
    ['Bearer key-0123456789', 'it begins with the prefix "Bearer"'],
    ['key key-0123456789', 'it begins with the prefix "key"'],
  ])('refuses %s, and says why without the key', (text, reason) => {
    const read = () => endpointWith({ KLINGAI_API_KEY: text });
    expect(read).toThrow(`KLINGAI_API_KEY is not a key of Kling: ${reason}`);
    expect(read).not.toThrow('0123456789');
  });

  test('without any says which would do, and of a set in part what is missing', () => {
    expect(problemsWith({})).toEqual([
      'KLINGAI_API_KEY is not set (and neither is KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY, which would do as well)',
    ]);
    expect(problemsWith({ KLING_ACCESS_KEY: ACCESS })).toEqual([
      'KLINGAI_SECRET_KEY is not set (and neither is KLINGAI_API_KEY, which would do as well)',
    ]);
  });

  test('is stopped by a key that no header can carry, also beside a sound set', () => {
    const pair = { KLINGAI_ACCESS_KEY: ACCESS, KLINGAI_SECRET_KEY: SECRET };
    expect(problemsWith({ ...pair, KLINGAI_API_KEY: 'a key with spaces' })).toEqual([
      'KLINGAI_API_KEY holds characters that no key has (a space, a line break?)',
    ]);
  });
});

test('what an authorization is made of is a secret, whatever its scheme', () => {
  expect(
    credentialsOf({ authorization: 'Bearer a.b.c', 'x-api-key': 'k-1', other: 'Key id:secret' }),
  ).toEqual(['a.b.c', 'k-1', 'id:secret']);
});
