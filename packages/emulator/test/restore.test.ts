import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepository, dance, girl, type Repository } from './assets.ts';
import { at, download, finishedJob, startWorkbench } from './workbench.ts';

let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'girl.png': girl, 'dance.mp4': dance });
});
afterAll(() => repository.remove());

test('knows a job that an earlier emulator billed, with its result, as if it had just finished', async () => {
  const earlier = await startWorkbench(repository);
  const { json: accepted } = await earlier.empiriolabs();
  const [entry] = earlier.emulator.bill;
  if (entry === undefined) throw new Error('nothing was billed');

  const later = await startWorkbench(repository, { retentionMs: 60_000 });
  later.emulator.advance(24 * 3_600_000);
  later.emulator.restoreJob(entry, dance);
  const job = (await later.get(`/empiriolabs${accepted.poll_url}`)).json;
  expect(job).toMatchObject({ job_id: accepted.job_id, status: 'completed' });
  expect(await download(at(job, 'result.data[0].url'))).toEqual(dance);
  expect((await later.get('/empiriolabs/v1/jobs')).json.data).toMatchObject([
    { job_id: accepted.job_id, created_at: new Date(entry.atMs).toISOString() },
  ]);
  expect(later.emulator.bill).toEqual([entry]);
});

test('has no result for a job that failed', async () => {
  const earlier = await startWorkbench(repository);
  earlier.emulator.inject({
    at: 'submit',
    kind: 'job-fails',
    code: 'e',
    message: 'e',
    billed: false,
  });
  const { json: accepted } = await earlier.empiriolabs();
  await finishedJob(earlier, accepted.job_id);
  const [entry] = earlier.emulator.bill;
  if (entry === undefined) throw new Error('nothing was billed');

  const later = await startWorkbench(repository);
  expect(() => later.emulator.restoreJob(entry, dance)).toThrow('so it has no result');
  expect(later.emulator.bill).toEqual([]);
});
