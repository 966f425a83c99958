import { expect, onTestFinished, test } from 'vitest';
import { plannedJob } from '../../src/purchase/paid-job.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { makeGenerateStep } from '../support/plans.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

const step = makeGenerateStep('hero', 304_000, { fingerprint: KEY, adapterRevision: 1 });

test.each([
  ['the revision that bought it', { adapterRevision: 2 }, 2],
  ['its own revision for a purchase that does not say', {}, 1],
])('a version that collects a video writes down %s', async (_title, intent, revision) => {
  const events = eventsTo('stored').map((event) =>
    event.type === 'submit' ? { ...event, intent } : event,
  );
  const { context, store } = await openRunOnDisk({ events });
  onTestFinished(() => store.close());
  const purchase = store.purchases.get(KEY);
  if (purchase == null) throw new Error('the purchase is on record');
  const charge = { microUsd: 304_000, source: 'estimated' } as const;
  await plannedJob(context, step).record(purchase, `sha256:${'a'.repeat(64)}`, charge);
  expect(store.lockfile.outputs[step.output]?.adapterRevision).toBe(revision);
});
