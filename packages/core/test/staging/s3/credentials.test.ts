import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/model/errors.ts';
import { readS3Connection } from '../../../src/staging/s3/connection.ts';
import { createCredentialSource } from '../../../src/staging/s3/credentials.ts';
import { makePorts } from '../../support/ports.ts';
import { startServer } from '../../support/server.ts';

const ROLE = 'arn:aws:iam::123456789012:role/animations';
const NOW = Date.UTC(2026, 9, 12);
const signal = new AbortController().signal;

interface Habits {
  /** Longest session that the role allows. */
  readonly maxSeconds?: number;
  /** How long sessions really last. */
  readonly lifeSeconds?: number;
  readonly failures?: number;
}

/** GitHub's issuer and STS on one origin. */
async function prepare({ maxSeconds = 43_200, lifeSeconds, failures = 0 }: Habits = {}) {
  const asked: number[] = [];
  let failuresLeft = failures;
  const server = await startServer((response, { url, body }) => {
    if (url.startsWith('/token')) {
      response.end(JSON.stringify({ value: 'aaa.bbb.ccc' }));
      return;
    }
    if (failuresLeft > 0) {
      failuresLeft -= 1;
      response.writeHead(503).end();
      return;
    }
    const seconds = Number(new URLSearchParams(String(body)).get('DurationSeconds'));
    asked.push(seconds);
    if (seconds > maxSeconds) {
      response.writeHead(400).end('<Error><Code>ValidationError</Code></Error>');
      return;
    }
    const expiration = new Date(NOW + (lifeSeconds ?? seconds) * 1000).toISOString();
    response.end(
      `<Credentials><SessionToken>tok${asked.length}</SessionToken><SecretAccessKey>sec</SecretAccessKey><Expiration>${expiration}</Expiration><AccessKeyId>ASIA</AccessKeyId></Credentials>`,
    );
  });
  const hidden: string[] = [];
  const connection = readS3Connection({
    AWS_ENDPOINT_URL_STS: `${server.origin}/sts`,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${server.origin}/token?v=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  });
  const source = createCredentialSource(makePorts(), {
    connection,
    roleArn: ROLE,
    region: 'eu-central-1',
    hide: (secret) => hidden.push(secret),
  });
  return { source, server, asked, hidden };
}

describe('the session of a role', () => {
  test('is asked for once by all who need it at the same time', async () => {
    const { source, asked, hidden, server } = await prepare();
    const all = await Promise.all([1, 2, 3].map(() => source.get(900, signal)));
    expect(new Set(all.map(({ sessionToken }) => sessionToken))).toEqual(new Set(['tok1']));
    expect(asked).toEqual([3_600]);
    expect(hidden).toEqual(
      expect.arrayContaining(['request-token', 'aaa.bbb.ccc', 'tok1', 'sec', 'ASIA']),
    );
    expect(server.requests[0]?.url).toBe('/token?v=2&audience=sts.amazonaws.com');
  });

  test('lasts as long as it is needed where the role allows that, else an hour', async () => {
    const long = await prepare();
    await long.source.get(7_200, signal);
    expect(long.asked).toEqual([7_200]);
    const short = await prepare({ maxSeconds: 3_600 });
    await short.source.get(7_200, signal);
    expect(short.asked).toEqual([7_200, 3_600]);
  });

  test('is renewed before it is too short', async () => {
    const { source, asked } = await prepare({ lifeSeconds: 600 });
    await source.get(300, signal);
    expect(asked).toHaveLength(1);
    await source.get(900, signal);
    expect(asked).toHaveLength(2);
  });

  test('is asked for again after a fault that may pass', async () => {
    const { source, asked } = await prepare({ failures: 2 });
    await source.get(900, signal);
    expect(asked).toHaveLength(1);
  });

  test('that cannot be had is a problem of the config, and may be had later', async () => {
    const { source } = await prepare({ failures: 4 });
    await expect(source.get(900, signal)).rejects.toThrow(ConfigError);
    expect((await source.get(900, signal)).sessionToken).toBe('tok1');
  });
});

test('keys of the environment are used as they are', async () => {
  const connection = readS3Connection({
    AWS_ACCESS_KEY_ID: ' AKIA ',
    AWS_SECRET_ACCESS_KEY: 'sec',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://never.example.com',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  });
  const source = createCredentialSource(makePorts(), {
    connection,
    roleArn: ROLE,
    region: 'eu-central-1',
    hide: () => {},
  });
  expect(await source.get(900, signal)).toEqual({
    accessKeyId: 'AKIA',
    secretAccessKey: 'sec',
    sessionToken: null,
  });
});
