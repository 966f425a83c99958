import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../src/providers/adapter.ts';
import { adapters } from '../../src/providers/registry.ts';

const LONG = 'words of a provider '.repeat(10_000);

/** Every shape in which an error was seen at any of them. */
const bodies: readonly unknown[] = [
  LONG,
  { message: LONG },
  { error: LONG },
  { error: { message: LONG, code: LONG, type: LONG } },
  { detail: LONG },
  { detail: LONG, error_type: LONG },
  { detail: [{ msg: LONG, type: LONG }] },
  { code: 1201, message: LONG },
  { code: LONG, msg: LONG },
  { code: 501, data: { failMsg: LONG, failCode: LONG, state: 'fail' } },
  { code: 0, data: { task_id: '1', task_status: 'failed', task_status_msg: LONG } },
  { status: 'failed', error: LONG },
];

describe.each(adapters.map((adapter) => [adapter.id, adapter] as const))('%s', (_id, adapter) => {
  test.each([400, 422, 500])('keeps the beginning of its words, with HTTP %i', (status) => {
    for (const json of bodies) {
      const response: HttpResponse = {
        status,
        headers: {},
        json,
        text: JSON.stringify(json).slice(0, 1_000),
        isRedacted: false,
      };
      const messages = [
        adapter.refused(response).message,
        adapter.trouble(response).message,
        adapter.ended?.(response, 'status')?.message ?? '',
      ];
      for (const message of messages) expect(message.length).toBeLessThan(2_500);
    }
  });
});
