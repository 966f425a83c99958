import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createStop } from '../src/stop-signals.ts';

test('the deadline ends what waits, and a little later what is in flight', async () => {
  const stop = createStop(Date.now() + 50, 50);
  const order: string[] = [];
  stop.requested.addEventListener('abort', () => order.push('requested'));
  stop.hard.addEventListener('abort', () => order.push('hard'));
  await once(stop.hard, 'abort');
  expect(order).toEqual(['requested', 'hard']);
  expect(stop.hard.reason).toMatchObject({ message: expect.stringContaining('deadline') });
  expect(stop.isCancelled()).toBe(false);
});
