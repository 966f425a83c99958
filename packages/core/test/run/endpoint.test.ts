import { describe, expect, test } from 'vitest';
import { UnsafeError } from '../../src/errors.ts';
import type { Adapter } from '../../src/providers/adapter.ts';
import { empiriolabs } from '../../src/providers/empiriolabs.ts';
import { createEndpoint, createRawHosts, isLoopbackHost } from '../../src/run/endpoint.ts';

const adapter = empiriolabs as Adapter;

describe('an endpoint', () => {
  test('is the provider itself unless it was moved', () => {
    for (const environment of [{}, { EMPIRIOLABS_BASE_URL: '' }, { EMPIRIOLABS_BASE_URL: ' ' }]) {
      expect(createEndpoint(adapter, environment)).toMatchObject({
        baseUrl: 'https://api.empiriolabs.ai',
        isLoopback: false,
        hasKey: false,
      });
    }
  });

  test.each([
    ['https://proxy.example/empirio/', 'https://proxy.example/empirio', false],
    ['https://proxy.example:8443', 'https://proxy.example:8443', false],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000', true],
    ['http://localhost:4000/a//', 'http://localhost:4000/a', true],
    ['http://[::1]:4000', 'http://[::1]:4000', true],
  ])('may be moved to %s', (moved, baseUrl, isLoopback) => {
    const endpoint = createEndpoint(adapter, { EMPIRIOLABS_BASE_URL: moved });
    expect(endpoint).toMatchObject({ baseUrl, isLoopback });
  });

  test.each([
    'http://api.empiriolabs.ai',
    'http://10.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'https://user@proxy.example',
    'https://:secret@proxy.example',
    'https://proxy.example/?key=1',
    'https://proxy.example/#x',
    'ftp://proxy.example',
    'proxy.example',
    'file:///tmp',
  ])('may not be moved to %s, and the value is not repeated', (moved) => {
    const create = () => createEndpoint(adapter, { EMPIRIOLABS_BASE_URL: moved });
    expect(create).toThrow(UnsafeError);
    expect(create).toThrow(/^EMPIRIOLABS_BASE_URL is not usable/);
    expect(create).not.toThrow(moved);
  });

  test('has a key when all its secrets are there, without white space', () => {
    const endpoint = createEndpoint(adapter, { EMPIRIOLABS_API_KEY: ' sk-1\n' });
    expect(endpoint).toMatchObject({ hasKey: true, secrets: { EMPIRIOLABS_API_KEY: 'sk-1' } });
    expect(createEndpoint(adapter, { EMPIRIOLABS_API_KEY: ' ' }).hasKey).toBe(false);
  });

  test('takes only the secrets of its own provider', () => {
    const environment = { EMPIRIOLABS_API_KEY: 'sk-1', PROSPOLABS_API_KEY: 'prsp-1' };
    expect(Object.keys(createEndpoint(adapter, environment).secrets)).toEqual([
      'EMPIRIOLABS_API_KEY',
    ]);
  });
});

describe("GitHub's file hosts", () => {
  test('are its own unless they were moved', () => {
    expect(createRawHosts({})).toEqual({
      raw: 'https://raw.githubusercontent.com',
      media: 'https://media.githubusercontent.com/media',
      isLoopback: false,
    });
    expect(createRawHosts({ MOTION_TRANSFER_RAW_BASE_URL: 'http://127.0.0.1:1/' })).toMatchObject({
      raw: 'http://127.0.0.1:1',
      isLoopback: true,
    });
    expect(() => createRawHosts({ MOTION_TRANSFER_MEDIA_BASE_URL: 'http://x.example' })).toThrow(
      'MOTION_TRANSFER_MEDIA_BASE_URL',
    );
  });
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.200.0.1', true],
  ['[::1]', true],
  ['127.0.0.1.example', false],
  ['localhost.', false],
  ['10.0.0.1', false],
])('%s is this machine: %s', (hostname, isLoopback) => {
  expect(isLoopbackHost(hostname)).toBe(isLoopback);
});
