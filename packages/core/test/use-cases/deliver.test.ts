import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LedgerError, StoppedError } from '../../src/model/errors.ts';
import { downloadPath } from '../../src/purchase/paid-job.ts';
import type { Deliverable, Delivered } from '../../src/use-cases/deliver.ts';
import {
  deliverAndRecord,
  deliverInPlace,
  NOTHING_DELIVERED,
} from '../../src/use-cases/deliver.ts';
import { temporaryDirectory } from '../media/support.ts';
import { eventsTo, KEY } from '../support/journal.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { makePorts } from '../support/ports.ts';
import { openRunOnDisk } from '../support/run-on-disk.ts';
import { eventsToStored } from './records-on-disk.ts';

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
const archive = { artifactId: 5, artifactName: 'videos', runId: '1' };
const charge = { microUsd: 304_000, source: 'estimated' } as const;

async function openStored(ledger: MemoryLedger | null = null) {
  const { context, store } = await openRunOnDisk({ events: eventsTo('stored'), ledger });
  onTestFinished(() => store.close());
  const stored = store.purchases.get(KEY);
  const result: Deliverable = {
    id: 'hero',
    fingerprint: KEY,
    state: 'generated',
    output: 'out/hero.mp4',
    charge,
    message: null,
    holdMicroUsd: 0,
    sha256: stored?.download?.sha256 ?? null,
  };
  const settle = (
    results: readonly Deliverable[],
    answer: () => Promise<Delivered>,
    isCancelled = false,
  ) => {
    const stop = { ...context.stop, isCancelled: () => isCancelled };
    return deliverAndRecord(context, results, stop, answer);
  };
  const deliver = (delivered: Delivered, isCancelled = false) =>
    settle([result], async () => delivered, isCancelled);
  const video = { output: result.output, sha256: result.sha256 ?? '' };
  return { context, store, stored, result, video, settle, deliver };
}

describe('a delivery', () => {
  test('is recorded for what the shell proved', async () => {
    const { store, result, video, deliver } = await openStored();
    const settled = await deliver({ videos: [video], archive, problem: null });
    expect(settled).toMatchObject({ results: [result], isComplete: true });
    expect(store.purchases.get(KEY)).toMatchObject({ state: 'recorded', archive });
  });

  test.each([
    ['that was left out', []],
    ['of another path', [{ output: 'out/other.mp4' }]],
    ['of other bytes', [{ sha256: 'f'.repeat(64) }]],
  ])(
    '%s is not recorded: its money stays held, and the problem names it',
    async (_title, changes) => {
      const { store, stored, result, video, deliver } = await openStored();
      const videos = changes.map((change) => ({ ...video, ...change }));
      const settled = await deliver({ videos, archive, problem: null });
      expect(store.purchases.get(KEY)?.state).toBe('stored');
      expect(settled).toMatchObject({
        results: [{ ...result, charge: null, holdMicroUsd: stored?.holdMicroUsd }],
        deliveryProblem: expect.stringContaining('out/hero.mp4') as unknown,
        isComplete: false,
      });
    },
  );

  test('that throws records nothing, and is a problem to report', async () => {
    const { store, stored, result, settle } = await openStored();
    const settled = await settle([result], () => Promise.reject(new Error('the disk is full')));
    expect(store.purchases.get(KEY)?.state).toBe('stored');
    expect(settled).toMatchObject({
      results: [{ ...result, charge: null, holdMicroUsd: stored?.holdMicroUsd }],
      delivered: null,
      deliveryProblem: expect.stringContaining('the disk is full') as unknown,
      isComplete: false,
    });
  });

  test.each([
    ['copy', { state: 'copied' }, 'It is a copy and cost nothing; run again to make it'],
    ['draft', { fingerprint: null }, 'It is a draft and cost nothing; run again to make it'],
  ] as const)('names a %s that was left out, which cost nothing', async (_name, change, way) => {
    const { result, video, settle } = await openStored();
    const free: Deliverable = { ...result, output: 'out/free.mp4', charge: null, ...change };
    const settled = await settle([result, free], async () => ({
      videos: [video],
      archive,
      problem: null,
      reasons: new Map([['out/free.mp4', 'no space left on device']]),
    }));
    expect(settled).toMatchObject({
      results: [result, free],
      deliveryProblem: `Not delivered: out/free.mp4: no space left on device. ${way}`,
      isComplete: false,
    });
  });

  test('of what another run bought is not complete while this one lacks the file', async () => {
    const { context, store } = await openRunOnDisk({ events: eventsTo('recorded') });
    onTestFinished(() => store.close());
    const sha256 = store.purchases.get(KEY)?.download?.sha256 ?? null;
    const fetched: Deliverable = {
      id: 'hero',
      fingerprint: KEY,
      state: 'generated',
      output: 'out/hero.mp4',
      charge: null,
      message: null,
      holdMicroUsd: 0,
      sha256,
    };
    const stop = { ...context.stop, isCancelled: () => false };
    const settled = await deliverAndRecord(context, [fetched], stop, async () => NOTHING_DELIVERED);
    expect(settled).toMatchObject({
      deliveryProblem: expect.stringContaining('It is paid for and on record') as unknown,
      isComplete: false,
    });
  });

  test('keeps the download until it is on record, and says where it is', async () => {
    const bytes = 'a film';
    const { context, store } = await openRunOnDisk({ events: eventsToStored(bytes) });
    onTestFinished(() => store.close());
    const download = downloadPath(context, KEY);
    await mkdir(dirname(download), { recursive: true });
    await writeFile(download, bytes);
    const result: Deliverable = {
      id: 'hero',
      fingerprint: KEY,
      state: 'generated',
      output: 'out/hero.mp4',
      charge,
      message: null,
      holdMicroUsd: 0,
      sha256: sha256Of(bytes),
    };
    const stop = { ...context.stop, isCancelled: () => false };
    const seen: unknown[] = [];
    const left = await deliverAndRecord(context, [result], stop, async ({ videos }) => {
      seen.push(...videos);
      return NOTHING_DELIVERED;
    });
    expect(seen).toEqual([
      { output: 'out/hero.mp4', isAside: false, sha256: sha256Of(bytes), download },
    ]);
    expect(left.deliveryProblem).toContain(download);
    expect(await context.ports.files.stat(download)).not.toBeNull();
    await deliverAndRecord(context, [result], stop, async ({ videos }) => ({
      videos,
      archive,
      problem: null,
    }));
    expect(store.purchases.get(KEY)?.state).toBe('recorded');
    expect(await context.ports.files.stat(download)).toBeNull();
  });

  test('is not recorded after a cancel, which is no problem of its own', async () => {
    const { store, deliver } = await openStored();
    const settled = await deliver(NOTHING_DELIVERED, true);
    expect(store.purchases.get(KEY)?.state).toBe('stored');
    expect(settled).toMatchObject({ deliveryProblem: null, isComplete: false });
  });

  test.each([
    ['refuses', new LedgerError('the push is refused')],
    ['is not waited for any longer', new StoppedError('the run was cancelled')],
  ])('is reported with its charge when the ledger %s', async (_title, error) => {
    const ledger = new MemoryLedger();
    const { store, result, video, deliver } = await openStored(ledger);
    ledger.swap = () => Promise.reject(error);
    const settled = await deliver({ videos: [video], archive, problem: null });
    expect(settled).toMatchObject({
      results: [result],
      deliveryProblem: null,
      ledgerProblem: expect.stringContaining(error.message) as unknown,
      isComplete: false,
    });
    expect(store.purchases.get(KEY)?.state).toBe('recorded');
  });
});

describe('a delivery in place', () => {
  const film = {
    output: 'out/hero.mp4',
    isAside: false,
    sha256: sha256Of('a film'),
    download: null,
  };

  async function makePaths() {
    const workspace = await temporaryDirectory();
    const stateDirectory = await temporaryDirectory();
    await mkdir(join(workspace, 'out'));
    await mkdir(join(stateDirectory, 'collected'));
    return { workspace, stateDirectory };
  }

  test('is proved by the bytes at the output path, or aside', async () => {
    const paths = await makePaths();
    const aside = {
      output: 'collected/hero.mp4',
      isAside: true,
      sha256: sha256Of('another'),
      download: null,
    };
    await writeFile(join(paths.workspace, film.output), 'a film');
    await writeFile(join(paths.stateDirectory, aside.output), 'another');
    expect(await deliverInPlace(makePorts(), paths, [film, aside])).toEqual({
      videos: [film, aside],
      archive: null,
      problem: null,
    });
  });

  test('is not proved by other bytes, by a link, or by nothing', async () => {
    const paths = await makePaths();
    const other = { ...film, output: 'out/other.mp4' };
    const link = { ...film, output: 'out/link.mp4' };
    await writeFile(join(paths.workspace, other.output), 'something else');
    await symlink('/etc/hostname', join(paths.workspace, link.output));
    const { videos, problem } = await deliverInPlace(makePorts(), paths, [film, other, link]);
    expect(videos).toEqual([]);
    for (const { output } of [film, other, link]) expect(problem).toContain(output);
  });
});
