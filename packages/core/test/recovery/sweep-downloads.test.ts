import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { downloadPath } from '../../src/purchase/paid-job.ts';
import { sweepDownloads } from '../../src/recovery/sweep-downloads.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';

async function leave(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'a film');
}

test.each([
  ['recorded', false],
  ['released', false],
  ['failed-charged', false],
  ['submitted', true],
  ['downloaded', true],
  ['stored', true],
  ['stale', true],
  ['unknown', true],
  ['submitting', true],
] as const)('what a crash left of a purchase that is %s is kept: %s', async (state, isKept) => {
  const { context } = await openRunOnDisk({ events: eventsTo(state) });
  const path = downloadPath(context, KEY);
  await leave(path);
  await leave(`${path}.part`);
  await sweepDownloads(context);
  expect(existsSync(path)).toBe(isKept);
  expect(existsSync(`${path}.part`)).toBe(isKept);
});

test('what is on no record stays: another record may know it', async () => {
  const { context } = await openRunOnDisk({ events: eventsTo('recorded') });
  const path = downloadPath(context, 'd'.repeat(64));
  await leave(path);
  await sweepDownloads(context);
  expect(existsSync(path)).toBe(true);
});

test('artifacts that a killed run had unpacked go', async () => {
  const { context } = await openRunOnDisk();
  const path = `${context.stateDirectory}/artifacts/7/out/hero.mp4`;
  await leave(path);
  await leave(`${context.stateDirectory}/artifacts/7.zip`);
  await sweepDownloads(context);
  expect(existsSync(`${context.stateDirectory}/artifacts`)).toBe(false);
});

test('a state directory without downloads is left as it is', async () => {
  const { context, messages } = await openRunOnDisk({ events: eventsTo('recorded') });
  await sweepDownloads(context);
  expect(messages).toEqual([]);
});
