import { expect, test } from 'vitest';
import { withHeartbeat } from '../../../src/purchase/submit/heartbeat.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** When it was said that the work goes on. */
async function beatsOf(work: (clock: VirtualClock) => Promise<void>): Promise<number[]> {
  const clock = new VirtualClock();
  const beats: number[] = [];
  const heartbeat = { everyMs: 60_000, maxBeats: 20, beat: (ms: number) => beats.push(ms) };
  await clock.run(withHeartbeat(clock, heartbeat, () => work(clock)).catch(() => {}));
  // Whatever still waits would say something now.
  await clock.run(clock.sleep(3_600_000));
  return beats;
}

test('a call that takes minutes is told of each minute, until it is answered', async () => {
  expect(await beatsOf((clock) => clock.sleep(150_000))).toEqual([60_000, 120_000]);
});

test('a call that is answered at once is not told of', async () => {
  expect(await beatsOf(async () => {})).toEqual([]);
});

test('a call that fails is not told of any longer', async () => {
  const fails = async (clock: VirtualClock) => {
    await clock.sleep(90_000);
    throw new Error('cut off');
  };
  expect(await beatsOf(fails)).toEqual([60_000]);
});
