import { describe, expect, test } from 'vitest';
import type { Accepted, Adapter, HttpResponse, Job } from '../../../src/providers/adapter.ts';
import { boundFound, checkSettled, readAccepted } from '../../../src/purchase/wait/read-answer.ts';

const job = { options: {} } as Job;
const response: HttpResponse = { status: 200, headers: {}, json: {}, text: '', isRedacted: false };
const video = 'https://cdn.example/video.mp4';

function endpoint(accepted: Accepted, { isLoopback = false, isAsked = true } = {}) {
  const adapter = {
    accepted: () => accepted,
    status: () => (isAsked ? { method: 'GET', url: 'https://api.example/job' } : null),
  } as unknown as Adapter;
  return { adapter, isLoopback };
}

describe('the handle of a job', () => {
  test.each([
    [{ id: 'x'.repeat(512) }],
    [{ id: 'job', statusUrl: `https://api.example/${'x'.repeat(8_172)}` }],
    [{ id: null, estimatedCostUsd: 1e308 }],
  ])('is taken within the bounds', (operation) => {
    const accepted: Accepted = { kind: 'operation', operation };
    expect(readAccepted(endpoint(accepted), response, job)).toBe(accepted);
  });

  test.each([
    [{ id: 'x'.repeat(513) }, 'id has 513 characters, where an id has at most 512'],
    [
      { statusUrl: `https://api.example/${'x'.repeat(8_173)}` },
      'statusUrl has 8193 characters, where an address has at most 8192',
    ],
    [{ id: `data:video/mp4;base64,${'A'.repeat(300_000)}` }, 'id has 300022 characters'],
    [{ id: { nested: 'x' } }, 'id is neither a text nor a number'],
  ])('beyond the bounds makes an answer that cannot be read', (operation, reason) => {
    const accepted: Accepted = { kind: 'operation', operation };
    expect(() => readAccepted(endpoint(accepted), response, job)).toThrow(reason);
  });

  test('beyond the bounds in a listing is shown to a person, cut, and never adopted', () => {
    const found = boundFound({
      matches: [{ id: 'good' }, { id: 'x'.repeat(300_000) }],
      candidates: ['y'.repeat(300_000)],
    });
    expect(found.matches).toEqual([{ id: 'good' }]);
    expect(found.candidates.map((text) => text.length)).toEqual([512, 512]);
  });
});

describe('the address of a video', () => {
  const delivered = (url: string) => ({ url, reported: null });
  const bad = [
    `data:video/mp4;base64,${'A'.repeat(300_000)}`,
    'data:video/mp4;base64,AAAA',
    `https://cdn.example/${'x'.repeat(8_192)}`,
    'http://cdn.example/video.mp4',
    'ftp://cdn.example/video.mp4',
    '//cdn.example/video.mp4',
    '',
  ];

  test('is https', () => {
    const done = { state: 'done', delivery: delivered(video) } as const;
    expect(checkSettled({ ...endpoint({} as Accepted) }, done)).toBe(done);
  });

  test('may be http where the provider itself is emulated on this machine', () => {
    const done = { state: 'done', delivery: delivered('http://127.0.0.1:1/v.mp4') } as const;
    expect(checkSettled(endpoint({} as Accepted, { isLoopback: true }), done)).toBe(done);
  });

  test.each(bad)('is refused in a status beyond the bounds: %.40s', (url) => {
    const done = { state: 'done', delivery: delivered(url) } as const;
    expect(() => checkSettled(endpoint({} as Accepted), done)).toThrow(/address of the video/);
  });

  test.each(bad)(
    'beyond the bounds in a first answer leaves the job to be asked for: %.40s',
    (url) => {
      const operation = { id: 'job-1' };
      const accepted: Accepted = { kind: 'finished', operation, delivery: delivered(url) };
      expect(readAccepted(endpoint(accepted), response, job)).toEqual({
        kind: 'operation',
        operation,
      });
      expect(() => readAccepted(endpoint(accepted, { isAsked: false }), response, job)).toThrow(
        /address of the video/,
      );
    },
  );
});
