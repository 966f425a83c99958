import { describe, expect, test } from 'vitest';
import { UnsafeError } from '../../src/model/errors.ts';
import {
  chooseWay,
  isPrivateName,
  proxyVariables,
  refuseUnusableProxy,
} from '../../src/node/proxy.ts';

const PROXY = 'http://proxy.example:3128';
const choose = (url: string, variables: Record<string, string>) => {
  const way = chooseWay(new URL(url), variables);
  return way.kind === 'proxy' ? way.proxy.href : way.kind;
};

describe('the proxy for an address', () => {
  test.each([
    ['HTTPS_PROXY', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['https_proxy', { https_proxy: PROXY }, `${PROXY}/`],
    ['both: the lower-case one', { https_proxy: PROXY, HTTPS_PROXY: 'http://x:1' }, `${PROXY}/`],
    ['an empty one beside it', { https_proxy: '', HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['HTTP_PROXY alone, which is for http', { HTTP_PROXY: PROXY }, 'direct'],
    ['none', {}, 'direct'],
  ])('is named by %s', (_name, variables, expected) => {
    expect(choose('https://api.example.com/v1', variables)).toBe(expected);
  });

  test.each([
    ['api.example.com', 'direct'],
    ['example.com', 'direct'],
    ['.example.com', 'direct'],
    ['*.example.com', 'direct'],
    ['*', 'direct'],
    ['other.org, EXAMPLE.com', 'direct'],
    ['example.com:443', 'direct'],
    ['example.com:8443', `${PROXY}/`],
    ['ample.com', `${PROXY}/`],
    ['api.example', `${PROXY}/`],
    ['', `${PROXY}/`],
  ])('is left out by NO_PROXY=%s or not', (list, expected) => {
    for (const name of ['NO_PROXY', 'no_proxy'])
      expect(choose('https://api.example.com/', { HTTPS_PROXY: PROXY, [name]: list })).toBe(
        expected,
      );
  });

  test.each(['http://127.0.0.1:8080/', 'https://localhost/', 'http://[::1]:1/'])(
    'is none for this machine: %s',
    (url) => {
      expect(choose(url, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY })).toBe('direct');
    },
  );

  test.each([
    'proxy.example:3128',
    'socks5://proxy.example',
    'http://u:%zz@p.example',
    'http://me:super/secret@p.example',
    'http://me:super#secret@p.example',
    'http://me:12/secret@p.example',
    'http://me:12?secret@p.example',
    'http://me:12#secret@p.example',
  ])('is refused without being repeated where it is none: %s', (text) => {
    const refused = () => choose('https://api.example.com/', { HTTPS_PROXY: text });
    expect(refused).toThrow(UnsafeError);
    expect(refused).toThrow(/^HTTPS_PROXY is not a proxy .* write http:\/\/host:port/);
    expect(refused).not.toThrow(text);
    expect(() => refuseUnusableProxy({ HTTPS_PROXY: text, NO_PROXY: '*' })).toThrow(/^HTTPS_/);
  });
});

describe('the variables for git', () => {
  const given = (url: string, variables: Record<string, string>) =>
    proxyVariables(new URL(url), variables);

  test.each([
    ['none', {}, {}],
    ['ALL_PROXY, which nobody reads', { ALL_PROXY: 'socks5://p.example' }, {}],
    ['HTTPS_PROXY', { HTTPS_PROXY: PROXY }, { https_proxy: PROXY }],
    ['no port', { HTTPS_PROXY: 'http://p.example' }, { https_proxy: 'http://p.example:80' }],
    ['no port', { HTTPS_PROXY: 'https://p.example/' }, { https_proxy: 'https://p.example:443' }],
    ['a user', { HTTPS_PROXY: 'http://me@p:1' }, { https_proxy: 'http://me:@p:1' }],
    ['a password', { HTTPS_PROXY: 'http://me:p@ss@p:1' }, { https_proxy: 'http://me:p%40ss@p:1' }],
  ])('say what is set: %s', (_name, variables, expected) => {
    expect(given('https://git.example.com/a.git', variables)).toEqual(expected);
  });

  test.each([
    ['*.example.com', 'example.com,git.example.com'],
    ['.example.com', 'example.com,git.example.com'],
    ['example.com', 'example.com,git.example.com'],
    ['git.example.com:8443, s3.example.org', 's3.example.org,git.example.com'],
    ['git.example.com:443', undefined],
    ['other.org:8443,10.0.0.0/8', undefined],
  ])('hold for NO_PROXY=%s what we decide ourselves', (list, expected) => {
    const variables = { HTTPS_PROXY: PROXY, NO_PROXY: list };
    expect(given('https://git.example.com:8443/a.git', variables).no_proxy).toBe(expected);
  });

  test.each([
    ['https://git.example.com/a.git', '*'],
    ['https://git.example.com/a.git', 'x.org,*'],
    ['https://localhost:1/a.git', ''],
  ])('name no proxy where none is used at all: %s with NO_PROXY=%s', (url, list) => {
    expect(given(url, { HTTPS_PROXY: PROXY, NO_PROXY: list })).toEqual({});
  });
});

test.each([
  ...['localhost', 'x.localhost', 'printer.local', 'metadata.google.internal', 'intranet'],
  ...['metadata.google.internal.', 'NAS.LAN', 'router.home.arpa', 'a.localdomain'],
])('%s is a private name', (name) => {
  expect(isPrivateName(name)).toBe(true);
});

test.each([
  'example.com',
  'internal.example.com',
  'local.example.org.',
  'raw.githubusercontent.com',
])('%s is a public name', (name) => {
  expect(isPrivateName(name)).toBe(false);
});
