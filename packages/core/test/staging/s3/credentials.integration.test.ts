import { describe, expect, test } from 'vitest';
import { readS3Connection } from '../../../src/staging/s3/connection.ts';
import { describeAssumption, findCredentialProblem } from '../../../src/staging/s3/credentials.ts';

const DEADLINE_MS = Date.UTC(2026, 9, 12, 14, 30);
const KEYS = { AWS_ACCESS_KEY_ID: ' AKIA ', AWS_SECRET_ACCESS_KEY: 'sec' };
const SESSION = { ...KEYS, AWS_SESSION_TOKEN: 'tok' };

const problemOf = (environment: Record<string, string>) =>
  findCredentialProblem(readS3Connection(environment), DEADLINE_MS);
const assumptionOf = (environment: Record<string, string>) =>
  describeAssumption(readS3Connection(environment), DEADLINE_MS);
const endingAt = (text: string) => ({ ...SESSION, AWS_CREDENTIAL_EXPIRATION: text });

test('the environment holds the credentials, under the names of AWS', () => {
  expect(readS3Connection(KEYS).credentials).toEqual({
    accessKeyId: 'AKIA',
    secretAccessKey: 'sec',
    sessionToken: null,
  });
  expect(readS3Connection(SESSION).credentials?.sessionToken).toBe('tok');
});

describe('credentials cannot be used', () => {
  test.each([[{}], [{ AWS_ACCESS_KEY_ID: 'AKIA' }], [{ AWS_ROLE_ARN: 'arn:aws:iam::1:role/a' }]])(
    'where the environment has only %j',
    (environment) => {
      const problem = problemOf(environment);
      expect(problem).toContain('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
      expect(problem).toContain('aws-actions/configure-aws-credentials');
    },
  );

  test('of a session that ends before the deadline: both times, the variable and what to do', () => {
    const problem = problemOf(endingAt('2026-10-12T14:29:59Z'));
    expect(problem).toContain('AWS_CREDENTIAL_EXPIRATION');
    expect(problem).toContain('2026-10-12T14:29:59.000Z');
    expect(problem).toContain('2026-10-12T14:30:00.000Z');
    expect(problem).toContain('role-duration-seconds');
    expect(problem).toContain('timeout-minutes');
  });

  test.each(['soon', '1', '2026-10-12', '2026-10-12T14:29:59', '2026-13-12T14:29:59Z', '"', '""'])(
    'of a session whose end is written as %j, which is no moment',
    (text) => {
      const problem = problemOf(endingAt(text));
      expect(problem).toContain('AWS_CREDENTIAL_EXPIRATION is not a time');
      expect(problem).toContain('2026-10-12T14:30:00Z');
    },
  );
});

describe('credentials can be used', () => {
  test.each([
    // What aws-actions/configure-aws-credentials gives out: a date as JSON.
    '"2026-10-12T14:30:00.000Z"',
    // What `aws configure export-credentials --format env` prints.
    '2026-10-12T14:30:00+00:00',
    '2026-10-12T16:30:00+02:00',
    '2026-10-12T15:00:00Z',
    '',
  ])('of a session whose end is written as %j', (text) => {
    expect(problemOf(endingAt(text))).toBeNull();
  });

  test('of keys that do not end', () => {
    expect(problemOf(KEYS)).toBeNull();
    expect(assumptionOf(KEYS)).toBeNull();
  });
});

test('a session whose end is not known is assumed to last until the deadline', () => {
  expect(assumptionOf(SESSION)).toContain('2026-10-12T14:30:00.000Z');
  expect(assumptionOf(SESSION)).toContain('AWS_CREDENTIAL_EXPIRATION');
  expect(assumptionOf(endingAt('2026-10-12T15:00:00Z'))).toBeNull();
});
