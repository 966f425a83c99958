import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SignedRequest, type VerifierRules, verifySigV4 } from '../src/storage/sigv4.ts';

/**
 * AWS's own vectors: github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4 (Apache-2.0), as one
 * file. Nothing of the expected values is computed here.
 */
interface Vector {
  readonly name: string;
  readonly context: {
    readonly credentials: {
      readonly access_key_id: string;
      readonly secret_access_key: string;
      readonly token?: string;
    };
    readonly region: string;
    readonly service: string;
    readonly timestamp: string;
    readonly omit_session_token?: boolean;
  };
  readonly header: Signed;
  readonly query: Signed;
}

interface Signed {
  readonly request: string;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

const suite: { readonly cases: readonly Vector[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/aws-signing-test-suite-v4.json'), 'utf8'),
);
const FORMS = ['header', 'query'] as const;

/** Reads a request as it stands in the suite. */
function parseRequest(text: string): SignedRequest {
  const [head = '', ...bodies] = text.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const headers: Record<string, string> = {};
  let last = '';
  for (const line of lines) {
    if (/^\s/.test(line)) {
      // A folded header: the parser of a server joins its lines.
      headers[last] = `${headers[last]} ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    last = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[last] = headers[last] === undefined ? value : `${headers[last]},${value}`;
  }
  const [path = '', search = ''] = target.split(/\?(.*)/s);
  const body = Buffer.from(bodies.join('\n\n'));
  // The suite writes an empty line after the headers of a request without a body too.
  return { method, path, query: new URLSearchParams(search), headers, body };
}

function rulesOf({ context }: Vector): VerifierRules {
  const { credentials, region, service, timestamp, omit_session_token: unsignedToken } = context;
  return {
    service,
    region,
    nowMs: Date.parse(timestamp),
    queryPayload: 'hash',
    ...(unsignedToken === undefined ? {} : { unsignedToken }),
    findKey: (accessKeyId) =>
      accessKeyId === credentials.access_key_id
        ? {
            accessKeyId,
            secretAccessKey: credentials.secret_access_key,
            sessionToken: credentials.token ?? null,
            endsMs: null,
          }
        : undefined,
  };
}

/** S3 takes a path as it is; these are about services that normalize it first. */
const NORMALIZED = /(relative|slash|slashes|dot)-normalized$/;

describe("AWS's signing test suite", () => {
  test('is there as a whole', () => {
    expect(suite.cases).toHaveLength(38);
    expect(suite.cases.filter(({ name }) => NORMALIZED.test(name))).toHaveLength(6);
  });

  for (const form of FORMS) {
    for (const vector of suite.cases.filter(({ name }) => !NORMALIZED.test(name))) {
      test(`${vector.name}, signed in the ${form}, is verified`, () => {
        const verified = verifySigV4(parseRequest(vector[form].request), rulesOf(vector));
        expect(verified).toMatchObject({
          canonicalRequest: vector[form].canonicalRequest,
          stringToSign: vector[form].stringToSign,
        });
      });

      test(`${vector.name}, signed in the ${form}, is refused with one thing changed`, () => {
        const request = parseRequest(vector[form].request);
        const rules = rulesOf(vector);
        const changes: readonly SignedRequest[] = [
          { ...request, method: request.method === 'GET' ? 'PUT' : 'GET' },
          { ...request, path: `${request.path}x` },
          { ...request, query: new URLSearchParams([...request.query, ['extra', '1']]) },
          { ...request, headers: { ...request.headers, host: 'elsewhere.amazonaws.com' } },
        ];
        for (const changed of changes)
          expect(verifySigV4(changed, rules)).toEqual({ problem: 'SignatureDoesNotMatch' });
        const late = { ...rules, nowMs: rules.nowMs + 3_601_000 };
        expect(verifySigV4(request, late)).toEqual({
          problem: form === 'query' ? 'AccessDenied' : 'RequestTimeTooSkewed',
        });
        expect(verifySigV4(request, { ...rules, region: 'eu-west-1' })).toMatchObject({
          problem: expect.stringMatching(/Malformed|Parameters/),
        });
      });
    }
  }
});

describe('a session', () => {
  const vector = suite.cases.find(({ name }) => name === 'get-vanilla-with-session-token');
  if (vector === undefined) throw new Error('the vector is gone');
  const request = parseRequest(vector.query.request);
  const rules = rulesOf(vector);
  const key = rules.findKey('AKIDEXAMPLE');
  if (key === undefined) throw new Error('the key is gone');

  test('needs its own token, and ends', () => {
    const ended = { ...rules, findKey: () => ({ ...key, endsMs: rules.nowMs }) };
    expect(verifySigV4(request, ended)).toEqual({ problem: 'ExpiredToken' });
    const other = { ...rules, findKey: () => ({ ...key, sessionToken: 'another' }) };
    expect(verifySigV4(request, other)).toEqual({ problem: 'InvalidToken' });
    expect(verifySigV4(request, { ...rules, findKey: () => undefined })).toEqual({
      problem: 'InvalidAccessKeyId',
    });
  });
});
