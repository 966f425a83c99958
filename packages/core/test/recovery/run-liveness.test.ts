import { expect, test } from 'vitest';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import { createLiveness } from '../../src/recovery/run-liveness.ts';
import { entryIn } from '../support/journal.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

function heldBy(runId: string, attempt = 1, checkout = 'elsewhere'): Purchase {
  const purchase = entryIn('submitting', { holder: { runId, attempt, checkout } });
  if (purchase == null) throw new Error('not on record');
  return purchase;
}

test('a holder of this very state directory is over, because its lock is held here', async () => {
  const { context, store } = await openRunOnDisk();
  const isOver = createLiveness(context);
  expect(await isOver(heldBy('9', 1, store.checkout))).toBe(true);
});

test('an earlier attempt of this run is over; this one, a later one or another run’s is not', async () => {
  const { context } = await openRunOnDisk({ identity: { runId: '1', attempt: 2 } });
  const isOver = createLiveness(context);
  expect(await isOver(heldBy('1', 1))).toBe(true);
  expect(await isOver(heldBy('1', 2))).toBe(false);
  expect(await isOver(heldBy('1', 3))).toBe(false);
  expect(await isOver(heldBy('2', 1))).toBe(false);
});

test('of any other, GitHub is asked, once', async () => {
  const asked: string[] = [];
  const attemptState = async (runId: string, attempt: number) => {
    asked.push(`${runId}/${attempt}`);
    return runId === '7' ? ('over' as const) : runId === '8' ? ('running' as const) : 'unknown';
  };
  const { context, messages } = await openRunOnDisk({ attemptState });
  const isOver = createLiveness(context);
  const answers = await Promise.all(
    [heldBy('7'), heldBy('7'), heldBy('7', 2), heldBy('8'), heldBy('9')].map(isOver),
  );
  expect(answers).toEqual([true, true, true, false, false]);
  expect(asked).toEqual(['7/1', '7/2', '8/1', '9/1']);
  expect(messages).toEqual([]);
});

test('where GitHub does not answer, what is held stays held, and that is said', async () => {
  const attemptState = async () => {
    throw new Error('HTTP 502');
  };
  const { context, messages } = await openRunOnDisk({ attemptState });
  expect(await createLiveness(context)(heldBy('7'))).toBe(false);
  expect(messages).toEqual([
    'whether run 7/1 is over could not be asked (HTTP 502); what it holds stays held',
  ]);
});
