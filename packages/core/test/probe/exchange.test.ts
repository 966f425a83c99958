import { describe, expect, test } from 'vitest';
import type { Purpose } from '../../src/model/probe.ts';
import { createRedactor } from '../../src/model/secrets/redact.ts';
import { toExchange } from '../../src/probe/exchange.ts';
import { purposesOf } from '../../src/probe/purposes.ts';
import type { RecordedCall } from '../../src/probe/recorder.ts';

const key = 'sk-1234567890abcdef';
const rules = {
  redactor: createRedactor([key]),
  moved: [['https://api.example.com', 'http://127.0.0.1:80/example']] as const,
  origins: ['https://api.example.com'],
  jobIds: ['job-1234'],
};

function call(more: Partial<RecordedCall>): RecordedCall {
  return {
    method: 'GET',
    url: 'http://127.0.0.1:80/example/v1/jobs?limit=2',
    body: null,
    status: 200,
    headers: {},
    text: '{}',
    problem: null,
    ...more,
  };
}

function publish(purpose: Purpose, more: Partial<RecordedCall>) {
  return toExchange(call(more), purpose, 1, rules);
}

describe('an answer that is published', () => {
  test('names the origin of the provider, with the query of its own API', () => {
    expect(publish('look-up', {}).request.url).toBe('https://api.example.com/v1/jobs?limit=2');
  });

  test('has no query in any other address: it may be signed', () => {
    const url = 'https://bucket.example.org/a.mp4?signature=abc';
    const { request, response } = publish('upload', { url, text: JSON.stringify({ url }) });
    expect(request.url).toBe('https://bucket.example.org/a.mp4?...');
    expect(response?.json).toEqual({ url: 'https://bucket.example.org/a.mp4?...' });
  });

  test('keeps the headers that say something about the API, and no cookie', () => {
    const headers = {
      'set-cookie': 'a=b',
      'retry-after': '3',
      'x-fal-billable-units': '3',
      via: 'x',
    };
    expect(publish('status', { headers }).response?.headers).toEqual({
      'retry-after': '3',
      'x-fal-billable-units': '3',
    });
  });

  test('holds no key: not in its address, its body, its headers, its text, nor in what went wrong', () => {
    const hex = Buffer.from(key).toString('hex');
    const exchange = publish('submit', {
      url: `http://127.0.0.1:80/example/${key}`,
      body: JSON.stringify({ a: key }),
      headers: { location: `https://a/${hex}` },
      text: `<p>${Buffer.from(key).toString('base64')}</p>`,
      problem: `no answer to ${key}`,
    });
    const text = JSON.stringify(exchange);
    expect(text.match(/\*\*\*/g)).toHaveLength(5);
    expect(text).not.toMatch(new RegExp(`${key}|${hex}`));
  });

  test('lists no other job of the account', () => {
    const text = JSON.stringify({ data: [{ id: 'job-9', prompt: 'private' }, { id: 'job-1234' }] });
    expect(publish('look-up', { text }).response?.json).toEqual({ data: [{ id: 'job-1234' }] });
  });

  test('of a balance shows no figure', () => {
    const text = JSON.stringify({
      code: 200,
      data: { balance: 12.5, left: '$3', currency: 'USD' },
    });
    expect(publish('balance', { text }).response?.json).toEqual({
      code: 200,
      data: { balance: '(a figure, left out)', left: '(a figure, left out)', currency: 'USD' },
    });
  });

  test('cuts texts as long as a file', () => {
    const exchange = publish('submit', { body: JSON.stringify({ image: 'A'.repeat(10_000) }) });
    expect(JSON.stringify(exchange).length).toBeLessThan(1_000);
    expect(JSON.stringify(exchange)).toContain('(10000 characters)');
  });
});

describe('what a request was about', () => {
  const api = 'https://api.example.com';
  const known = {
    baseUrls: [api],
    urls: {
      submit: { method: 'POST', url: `${api}/jobs` },
      status: { method: 'GET', url: `${api}/jobs/job-1234` },
      'look-up': null,
      price: null,
      balance: null,
      download: { method: 'GET', url: 'https://cdn.example.org/a.mp4' },
    },
    hasUpload: true,
    ids: ['job-1234'],
  };

  test.each([
    ['the submit', 'POST', `${api}/jobs`, 'submit'],
    ['the status', 'GET', `${api}/jobs/job-1234`, 'status'],
    ['the result', 'GET', `${api}/results/job-1234`, 'result'],
    ['the video', 'GET', 'https://cdn.example.org/a.mp4', 'download'],
    ['the job of an earlier run', 'GET', `${api}/jobs/job-9999`, null],
    ['an asset that was looked at', 'GET', 'https://raw.example.org/a.png', null],
    ['bytes that were put somewhere', 'PUT', 'https://storage.example.org/b', 'upload'],
  ])('is seen by its address: %s', (_title, method, url, purpose) => {
    expect(purposesOf([call({ method, url })], known)).toEqual([purpose]);
  });

  test('is no upload after the submit', () => {
    const submit = call({ method: 'POST', url: `${api}/jobs` });
    const put = call({ method: 'PUT', url: 'https://storage.example.org/b' });
    expect(purposesOf([put, submit, put], known)).toEqual(['upload', 'submit', null]);
  });
});
