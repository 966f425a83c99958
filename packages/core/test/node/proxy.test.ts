import { describe, expect, test } from 'vitest';
import { UnsafeError } from '../../src/model/errors.ts';
import { chooseWay, isPrivateName } from '../../src/node/proxy.ts';

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

  test.each(['proxy.example:3128', 'socks5://proxy.example', 'http://u:%zz@p.example'])(
    'is refused without being repeated where it is none: %s',
    (text) => {
      const refused = () => choose('https://api.example.com/', { HTTPS_PROXY: text });
      expect(refused).toThrow(UnsafeError);
      expect(refused).toThrow(/^HTTPS_PROXY is not a proxy .* write http:\/\/host:port/);
      expect(refused).not.toThrow(text);
    },
  );
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
