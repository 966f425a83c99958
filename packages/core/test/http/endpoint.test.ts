import { describe, expect, test } from 'vitest';
import { createEndpoint, createRawHosts, moveToBase } from '../../src/http/endpoint.ts';
import { UnsafeError } from '../../src/model/errors.ts';
import type { Adapter } from '../../src/providers/adapter.ts';
import { empiriolabs } from '../../src/providers/empiriolabs/empiriolabs.ts';
import { fal } from '../../src/providers/fal/fal.ts';

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
    const endpoint = createEndpoint(adapter, { EMPIRIOLABS_API_KEY: ' sk-0123456789\n' });
    expect(endpoint).toMatchObject({
      hasKey: true,
      secrets: { EMPIRIOLABS_API_KEY: 'sk-0123456789' },
    });
    expect(createEndpoint(adapter, { EMPIRIOLABS_API_KEY: ' ' }).hasKey).toBe(false);
  });

  test.each(['x', 'sk-1', '12345678901'])('refuses %j as a key, without repeating it', (key) => {
    const create = () => createEndpoint(adapter, { EMPIRIOLABS_API_KEY: key });
    expect(create).toThrow(UnsafeError);
    expect(create).toThrow(
      /^EMPIRIOLABS_API_KEY is not a key of EmpirioLabs: it has \d+ characters, and every key has at least 12; put the whole key/,
    );
    expect(create).not.toThrow(`"${key}"`);
  });

  test('takes only the secrets of its own provider', () => {
    const environment = {
      EMPIRIOLABS_API_KEY: 'sk-0123456789',
      PROSPOLABS_API_KEY: 'prsp-0123456789',
    };
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
      enterpriseHost: null,
      isLoopback: false,
    });
    expect(createRawHosts({ GITHUB_SERVER_URL: 'https://github.com' })).toEqual(createRawHosts({}));
    expect(createRawHosts({ MOTION_TRANSFER_RAW_BASE_URL: 'http://127.0.0.1:1/' })).toMatchObject({
      raw: 'http://127.0.0.1:1',
      isLoopback: true,
    });
    expect(() => createRawHosts({ MOTION_TRANSFER_MEDIA_BASE_URL: 'http://x.example' })).toThrow(
      'MOTION_TRANSFER_MEDIA_BASE_URL',
    );
  });
});

describe('the file hosts of another server', () => {
  const environment = { GITHUB_SERVER_URL: 'https://github.example.com' };

  test.each(['https://github.example.com', 'https://octo.ghe.com', 'not an address'])(
    'are not known: %s',
    (server) => {
      expect(createRawHosts({ GITHUB_SERVER_URL: server })).toMatchObject({
        raw: null,
        media: null,
      });
    },
  );

  test('may be named', () => {
    const named = { ...environment, MOTION_TRANSFER_RAW_BASE_URL: 'https://files.example.com' };
    expect(createRawHosts(named)).toEqual({
      raw: 'https://files.example.com',
      media: null,
      enterpriseHost: 'github.example.com',
      isLoopback: false,
    });
  });
});

describe('the further origins of a provider', () => {
  const move = (environment: Record<string, string>, url: string) =>
    moveToBase(url, createEndpoint(fal as unknown as Adapter, environment));
  const storage = 'https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3';

  test('are the real ones unless they are moved by their own variables', () => {
    expect(move({}, storage)).toBe(storage);
    expect(move({ FAL_BASE_URL: 'https://proxy.example/q' }, storage)).toBe(storage);
    expect(move({ FAL_STORAGE_BASE_URL: 'https://proxy.example/s/' }, storage)).toBe(
      'https://proxy.example/s/storage/upload/initiate?storage_type=fal-cdn-v3',
    );
  });

  test('never get the key of a provider that was moved to this machine', () => {
    const local = { FAL_BASE_URL: 'http://127.0.0.1:4000' };
    expect(() => move(local, storage)).toThrow(/FAL_STORAGE_BASE_URL/);
    expect(() => move(local, 'https://api.fal.ai/v1/x')).toThrow(/FAL_PLATFORM_BASE_URL/);
    const both = { ...local, FAL_STORAGE_BASE_URL: 'http://127.0.0.1:4001/rest' };
    expect(move(both, storage)).toMatch(/^http:\/\/127\.0\.0\.1:4001\/rest\/storage/);
  });

  test.each(['http://evil.example', 'https://a:b@proxy.example', 'ftp://x'])(
    'may not be moved to %s',
    (moved) => {
      expect(() => move({ FAL_STORAGE_BASE_URL: moved }, storage)).toThrow(
        /^FAL_STORAGE_BASE_URL is not usable/,
      );
    },
  );

  test.each([
    'https://fal.run/x',
    'https://rest.fal.ai.evil.example/x',
    'https://rest.fal.ai@evil.example/x',
    'nonsense',
  ])('are no others: %s', (url) => {
    expect(() => move({}, url)).toThrow(UnsafeError);
  });
});
