import { describe, expect, test } from 'vitest';
import type { S3Settings } from '../../../src/model/config.ts';
import { UnsafeError } from '../../../src/model/errors.ts';
import { bucketAt, keptKey, passingKey } from '../../../src/staging/s3/address.ts';
import { readS3Connection } from '../../../src/staging/s3/connection.ts';
import { codeOf, describeRefusal } from '../../../src/staging/s3/refusals.ts';
import { presign, secretsOf } from '../../../src/staging/s3/sign.ts';

const settings: S3Settings = {
  bucket: 'examplebucket',
  region: 'us-east-1',
  endpoint: null,
  prefix: 'in/',
  expiresMinutes: null,
  keep: false,
};
const at = (changes: Partial<S3Settings>, environment = {}) =>
  bucketAt({ ...settings, ...changes }, readS3Connection(environment), 'us-east-1').url;

describe('the address of a bucket', () => {
  test('is a host of its own at AWS, but not with a dot in its name', () => {
    expect(at({})).toBe('https://examplebucket.s3.us-east-1.amazonaws.com');
    expect(at({ bucket: 'a.b' })).toBe('https://s3.us-east-1.amazonaws.com/a.b');
    const china = bucketAt(settings, readS3Connection({}), 'cn-north-1');
    expect(china.url).toBe('https://examplebucket.s3.cn-north-1.amazonaws.com.cn');
  });

  test("is a path at any other store, and the environment's store wins", () => {
    const endpoint = 'https://account.r2.cloudflarestorage.com';
    expect(at({ endpoint })).toBe(`${endpoint}/examplebucket`);
    const moved = { AWS_ENDPOINT_URL_S3: 'https://minio.example.com:9000/' };
    expect(at({ endpoint }, moved)).toBe('https://minio.example.com:9000/examplebucket');
  });

  test.each(['http://store.example.com', 'https://user:pw@store.example.com', 'ftp://x', 'store'])(
    'is never %s',
    (url) => {
      expect(() => readS3Connection({ AWS_ENDPOINT_URL_S3: url })).toThrow(UnsafeError);
    },
  );

  test('may be plain http on this machine, by the environment alone', () => {
    const connection = readS3Connection({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' });
    expect(bucketAt(settings, connection, 'x')).toMatchObject({ isLoopback: true });
  });
});

test('an object is called by its content, and what passes lies below a name of the run', () => {
  expect(keptKey('in/', 'abc', 'png')).toBe('in/abc.png');
  expect(passingKey('in/', 'run-1', 'abc', 'png')).toBe('in/run-1/abc.png');
});

describe('a signed address', () => {
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: null,
  };
  const request = {
    method: 'GET' as const,
    bucket: {
      url: 'https://examplebucket.s3.amazonaws.com',
      region: 'us-east-1',
      isLoopback: false,
    },
    key: 'test.txt',
    credentials,
    expiresSeconds: 86_400,
    nowMs: Date.UTC(2013, 4, 24),
  };

  test("is the one of AWS's own example", async () => {
    // docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, "Example".
    const url = await presign(request);
    expect(new URL(url).searchParams.get('X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  test('covers length and type of what is uploaded, and a session', async () => {
    const headers = { 'content-length': '12', 'content-type': 'image/png' };
    const session = { ...credentials, sessionToken: 'a/b+c=' };
    const url = await presign({ ...request, method: 'PUT', headers, credentials: session });
    const query = new URL(url).searchParams;
    expect(query.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(query.get('X-Amz-Security-Token')).toBe('a/b+c=');
    const secrets = secretsOf(url);
    expect(secrets).toEqual(
      expect.arrayContaining([query.get('X-Amz-Signature'), 'a/b+c=', 'a%2Fb%2Bc%3D']),
    );
    expect(secrets.reduce((text, secret) => text.replaceAll(secret, ''), url)).toBe(
      'https://examplebucket.s3.amazonaws.com/test.txt?',
    );
  });
});

describe('a refusal', () => {
  test('is named by its code; the sentences of the store are not repeated', () => {
    const xml =
      '<?xml version="1.0"?>\n<Error><Code>SignatureDoesNotMatch</Code><StringToSign>secret</StringToSign></Error>';
    const text = describeRefusal(403, codeOf(xml), settings);
    expect(text).toContain('HTTP 403, SignatureDoesNotMatch');
    expect(text).not.toContain('secret');
    expect(codeOf('<Code>::error::x y</Code>')).toBeNull();
    expect(codeOf('<html>')).toBeNull();
  });

  test.each([
    [404, 'NoSuchBucket', 'there is no bucket examplebucket'],
    [301, 'PermanentRedirect', 'in another region'],
    [307, null, 'which is not followed'],
    [403, 'AccessDenied', 's3:PutObject'],
    [400, 'ExpiredToken', 'AWS_SESSION_TOKEN'],
    [418, null, 'HTTP 418'],
  ])('%i %s names what to do', (status, code, words) => {
    expect(describeRefusal(status, code, settings)).toContain(words);
  });
});
