import { expect, test } from 'vitest';
import { adviseOnNetwork, readFetchOutcome } from '../../../src/ledger/backends/git/outcome.ts';

const ended = (errorText: string) =>
  ({ end: 'exit', exitCode: 128, output: new Uint8Array(), errorText }) as const;

const AT = "fatal: unable to access 'https://github.com/octo/animations.git/':";

test.each([
  ['GnuTLS', 'server certificate verification failed. CAfile: none CRLfile: none', /NODE_EXTRA_CA/],
  ['OpenSSL', 'SSL certificate problem: self-signed certificate', /NODE_EXTRA_CA_CERTS/],
  ['a proxy', 'Received HTTP code 407 from proxy after CONNECT', /give HTTPS_PROXY the user/],
  ['its own proxy', "Unsupported proxy syntax in 'a:b'", /git's own setting http\.proxy/],
  ['a proxy, in newer words', 'CONNECT tunnel failed, response 403', /let the proxy allow this/],
])('git refused by %s is not tried again, and told what to do', (_by, said, advice) => {
  expect(readFetchOutcome(ended(`${AT} ${said}`))).toBe('refused');
  expect(adviseOnNetwork(ended(`${AT} ${said}`))).toMatch(advice);
});

test.each([
  'Could not resolve proxy: proxy.example',
  'Received HTTP code 502 from proxy after CONNECT',
])('git that meets "%s" is tried again', (said) => {
  expect(readFetchOutcome(ended(`${AT} ${said}`))).toBe('passing');
});
