import { expect, test } from 'vitest';
import { createSerialQueue } from '../src/serial-queue.ts';

test('work begins in the order of calls, each piece after the one before it ended', async () => {
  const inOrder = createSerialQueue();
  const events: string[] = [];
  const piece = (name: string) =>
    inOrder(async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([piece('a'), piece('b'), piece('c')])).toEqual(['a', 'b', 'c']);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('work that fails fails its own caller, and the next piece runs', async () => {
  const inOrder = createSerialQueue();
  const failed = inOrder(async () => {
    throw new Error('no space left');
  });
  const next = inOrder(async () => 'written');
  await expect(failed).rejects.toThrow('no space left');
  await expect(next).resolves.toBe('written');
});
