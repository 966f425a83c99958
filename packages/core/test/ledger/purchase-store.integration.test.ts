import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readLockfile, readRecords, type StorePaths } from '../../src/ledger/journal-file.ts';
import { openPurchaseStore } from '../../src/ledger/purchase-store.ts';
import { openSharedLedger } from '../../src/ledger/shared-ledger.ts';
import { ConfigError, RecordError } from '../../src/model/errors.ts';
import type { PurchaseEvent } from '../../src/model/purchase/purchase-event.ts';
import { IllegalEventError } from '../../src/model/purchase/purchase-state.ts';
import type { FilePort } from '../../src/ports.ts';
import { temporaryDirectory } from '../media/support.ts';
import { asOnDisk, BOUGHT_AT_MS, eventsTo, KEY, makeEvent } from '../support/journal.ts';
import { lockedOutput, lockfileText } from '../support/lockfile.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { makePorts } from '../support/ports.ts';

async function makePlace(): Promise<StorePaths & { journal: string; lockfile: string }> {
  const workspace = await temporaryDirectory();
  const stateDirectory = `${workspace}/.git/motion-transfer`;
  return {
    workspace,
    stateDirectory,
    journal: `${stateDirectory}/journal.jsonl`,
    lockfile: `${workspace}/motion-transfer.lock.json`,
  };
}

const ports = makePorts();

/** The store mints the operation ids. */
function unnamed(event: PurchaseEvent): Omit<PurchaseEvent, 'id'> {
  const { id, ...rest } = event;
  expect(id).not.toBe('');
  return rest;
}

describe('the store', () => {
  test('is empty at first, and makes its own directory', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    expect(store.purchases.size).toBe(0);
    expect(store.lockfile.outputs).toEqual({});
    await store.close();
  });

  test('has every event on disk, one line each, when its promise resolves', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    const events = eventsTo('recorded');
    for (const [index, event] of events.entries()) {
      await store.append(event);
      const lines = (await readFile(place.journal, 'utf8')).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.map((line) => unnamed(JSON.parse(line)))).toEqual(
        events.slice(0, index + 1).map((each) => asOnDisk(unnamed(each))),
      );
    }
    await store.close();
  });

  test('tells the next run what this one did', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    for (const event of eventsTo('submitted')) await store.append(event);
    await store.lockOutput('out/hero.mp4', lockedOutput());
    await store.close();

    const records = await readRecords(ports, place);
    expect(records.purchases.get(KEY)).toMatchObject({
      state: 'submitted',
      operation: { jobId: 'job_1' },
    });
    expect(records.lockfile.outputs['out/hero.mp4']).toEqual(lockedOutput());
    const next = await openPurchaseStore(ports, place);
    expect(next.purchases).toEqual(records.purchases);
    await next.append(makeEvent('complete'));
    await next.close();
  });

  test('writes in the order of calls, however many are under way', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    const keys = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(64, '0'));
    const events = keys.flatMap((key) => eventsTo('submitted', { fingerprint: key }));
    await Promise.all(events.map((event) => store.append(event)));
    await store.close();
    const lines = (await readFile(place.journal, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => unnamed(JSON.parse(line)))).toEqual(
      events.map((event) => asOnDisk(unnamed(event))),
    );
  });

  test('loses no output when many are locked at once', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    const paths = Array.from({ length: 10 }, (_, index) => `out/${index}.mp4`);
    await Promise.all(paths.map((path) => store.lockOutput(path, lockedOutput())));
    await store.close();
    const written = await readLockfile(ports, place);
    expect(Object.keys(written.outputs).sort()).toEqual(paths);
  });

  test('writes the lockfile in its stable form', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await store.lockOutput('out/b.mp4', lockedOutput());
    await store.lockOutput('out/a.mp4', lockedOutput());
    await store.close();
    const outputs = { 'out/a.mp4': lockedOutput(), 'out/b.mp4': lockedOutput() };
    expect(await readFile(place.lockfile, 'utf8')).toBe(lockfileText(outputs));
  });

  test('names the version of the ledger that holds a purchase, once and for good', async () => {
    const place = await makePlace();
    const backend = new MemoryLedger();
    const lively = { ...ports, random: Math.random };
    const open = async () =>
      openPurchaseStore(
        lively,
        place,
        await openSharedLedger(lively, backend, new AbortController().signal),
      );
    const store = await open();
    const holder = { checkout: store.checkout };
    for (const event of eventsTo('submitting', { holder })) await store.append(event);
    const named = { place: backend.label, commit: backend.version.tip };
    await store.lockOutput('out/hero.mp4', lockedOutput());
    await store.lockOutput('out/draft.mp4', { ...lockedOutput(), draft: true });
    expect(store.lockfile.outputs['out/hero.mp4']?.ledger).toEqual(named);
    expect(store.lockfile.outputs['out/draft.mp4']?.ledger).toBeUndefined();
    await store.append(makeEvent('accept'));
    await store.flush();
    expect(backend.version.tip).not.toBe(named.commit);
    await store.close();

    const later = await open();
    await later.lockOutput('out/hero.mp4', { ...lockedOutput(), generatedAt: '2027' });
    expect(later.lockfile.outputs['out/hero.mp4']?.ledger).toEqual(named);
    await later.lockOutput('out/hero.mp4', { ...lockedOutput(), operation: { jobId: 'next' } });
    expect(later.lockfile.outputs['out/hero.mp4']?.ledger?.commit).toBe(backend.version.tip);
    await later.close();
  });

  test('rejects what cannot happen before a byte is written, and goes on', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await store.append(makeEvent('reserve'));
    const before = await readFile(place.journal, 'utf8');
    await expect(store.append(makeEvent('record'))).rejects.toThrow(IllegalEventError);
    await expect(store.append(makeEvent('reserve'))).rejects.toThrow(IllegalEventError);
    expect(await readFile(place.journal, 'utf8')).toBe(before);
    expect(store.purchases.get(KEY)?.state).toBe('reserved');
    await expect(store.append(makeEvent('submit'))).resolves.toMatchObject({
      state: 'submitting',
    });
    await store.close();
  });

  test.each<[string, PurchaseEvent]>([
    ['a hold', makeEvent('reserve', { holdMicroUsd: 1.4e17 })],
    ['a hold below zero', makeEvent('reserve', { holdMicroUsd: -1 })],
    ['a fraction of a micro-dollar', makeEvent('reserve', { holdMicroUsd: 0.5 })],
    ['a key', makeEvent('reserve', { fingerprint: 'not a fingerprint' })],
  ])('refuses %s that could not be read back, and stays readable', async (_name, unsound) => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await expect(store.append(unsound)).rejects.toThrow(RecordError);
    expect(store.purchases.size).toBe(0);
    for (const event of eventsTo('submitted')) await store.append(event);
    await store.close();
    expect((await readRecords(ports, place)).purchases.get(KEY)?.state).toBe('submitted');
  });

  test('refuses an unsound charge of a paid job, which stays where it can be collected', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    for (const event of eventsTo('stored')) await store.append(event);
    const microUsd = 1.4e17;
    const charge = { microUsd, source: 'provider-reported' as const };
    await expect(
      store.append({ type: 'record', fingerprint: KEY, atMs: BOUGHT_AT_MS, charge, archive: null }),
    ).rejects.toThrow('not valid');
    await expect(store.lockOutput('out/hero.mp4', { ...lockedOutput(), charge })).rejects.toThrow(
      RecordError,
    );
    await expect(
      store.lockOutput('out/hero.mp4', { ...lockedOutput(), holdMicroUsd: microUsd }),
    ).rejects.toThrow('out/hero.mp4 is not valid');
    expect(store.lockfile.outputs).toEqual({});
    await store.close();
    const records = await readRecords(ports, place);
    expect(records.purchases.get(KEY)?.state).toBe('stored');
    expect(records.lockfile.outputs).toEqual({});
  });

  test('an entry of the future keeps nobody from buying', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    for (const event of eventsTo('recorded')) await store.append(event);
    await store.close();

    const next = await openPurchaseStore(ports, place);
    const other = { fingerprint: 'c'.repeat(64) };
    const daysBefore = { atMs: BOUGHT_AT_MS - 40 * 86_400_000 };
    for (const type of ['reserve', 'submit', 'accept'] as const)
      await next.append({ ...makeEvent(type, other), ...daysBefore });
    await next.close();
    expect((await readRecords(ports, place)).purchases.get(other.fingerprint)?.state).toBe(
      'submitted',
    );
  });

  test('does not believe what could not be written', async () => {
    const place = await makePlace();
    let isFull = false;
    const files: FilePort = {
      ...ports.files,
      appendDurably: (path, line) =>
        isFull
          ? Promise.reject(new Error('ENOSPC: no space left on device'))
          : ports.files.appendDurably(path, line),
    };
    const store = await openPurchaseStore({ ...ports, files }, place);
    await store.append(makeEvent('reserve'));
    isFull = true;
    await expect(store.append(makeEvent('submit'))).rejects.toThrow('ENOSPC');
    expect(store.purchases.get(KEY)?.state).toBe('reserved');
    isFull = false;
    await expect(store.append(makeEvent('submit'))).resolves.toMatchObject({
      state: 'submitting',
    });
    await store.close();
  });
});

describe('on a full disk', () => {
  test('an event of which only half was written is taken back, and the journal stays readable', async () => {
    const place = await makePlace();
    await (await openPurchaseStore(ports, place)).close();
    const program = fileURLToPath(new URL('./fill-disk.ts', import.meta.url));
    // No file of the child may grow past 4,096 bytes: its last write is cut off in the middle.
    const limited = 'ulimit -f 8; exec "$0" "$@"';
    const args = ['-c', limited, process.execPath, program, place.workspace, place.stateDirectory];
    const { stdout } = await promisify(execFile)('sh', args);
    const reported: unknown = JSON.parse(stdout);
    expect(reported).toMatchObject({ code: 'EFBIG', state: 'reserved' });

    const text = await readFile(place.journal, 'utf8');
    expect(text.length).toBeLessThan(4_096);
    expect(text.endsWith('\n')).toBe(true);
    const { purchases } = await readRecords(ports, place);
    expect(purchases.get(KEY)?.state).toBe('reserved');
    const store = await openPurchaseStore(ports, place);
    await store.append(makeEvent('submit'));
    await store.close();
    expect((await readRecords(ports, place)).purchases.get(KEY)?.state).toBe('submitting');
  });
});

describe('after a crash', () => {
  test.each(['{"type":"submit","key":"aa', '{', '{"message":"caf\u00e9'])(
    'a last line cut off after %j is taken out, so that the next one is whole',
    async (torn) => {
      const place = await makePlace();
      const store = await openPurchaseStore(ports, place);
      await store.append(makeEvent('reserve'));
      await store.close();
      const whole = await readFile(place.journal, 'utf8');
      await appendFile(place.journal, torn);

      expect((await readRecords(ports, place)).purchases.get(KEY)?.state).toBe('reserved');
      const next = await openPurchaseStore(ports, place);
      expect(await readFile(place.journal, 'utf8')).toBe(whole);
      await next.append(makeEvent('submit'));
      await next.close();
      expect((await readRecords(ports, place)).purchases.get(KEY)?.state).toBe('submitting');
    },
  );

  test('wherever the last line was cut off, inside its characters too', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await store.append(makeEvent('reserve'));
    const { size: wholeBytes } = await stat(place.journal);
    await store.append(makeEvent('release', { message: 'Café \u{1f9e8} \u2028 \u007f' }));
    await store.close();
    const bytes = await readFile(place.journal);
    for (let length = wholeBytes; length < bytes.length; length++) {
      await writeFile(place.journal, bytes.subarray(0, length));
      expect((await readRecords(ports, place)).purchases.get(KEY)?.state).toBe('reserved');
    }
    await writeFile(place.journal, bytes);
    expect((await readRecords(ports, place)).purchases.get(KEY)).toMatchObject({
      state: 'released',
      message: 'Café \u{1f9e8} \u2028 \u007f',
    });
  });

  test('a whole file that is one torn line is an empty journal', async () => {
    const place = await makePlace();
    await (await openPurchaseStore(ports, place)).close();
    await writeFile(place.journal, '{"type":"res');
    const store = await openPurchaseStore(ports, place);
    expect(store.purchases.size).toBe(0);
    expect((await stat(place.journal)).size).toBe(0);
    await store.close();
  });

  test('a damaged line in the middle stops everything, and leaves the store free', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await store.append(makeEvent('reserve'));
    await store.close();
    const whole = await readFile(place.journal, 'utf8');
    await writeFile(place.journal, `${whole}garbage\n${whole}`);
    await expect(readRecords(ports, place)).rejects.toThrow(RecordError);
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(RecordError);
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(
      /journal\.jsonl:2: .*nothing is spent/,
    );
    await writeFile(place.journal, whole);
    await (await openPurchaseStore(ports, place)).close();
  });

  test('a damaged lockfile stops everything, and leaves the store free', async () => {
    const place = await makePlace();
    await writeFile(place.lockfile, '<<<<<<< HEAD\n');
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(ConfigError);
    await expect(readRecords(ports, place)).rejects.toThrow('merge conflict');
    await writeFile(place.lockfile, lockfileText({}));
    await (await openPurchaseStore(ports, place)).close();
  });
});

describe('another run', () => {
  const program = fileURLToPath(new URL('./hold-store.ts', import.meta.url));

  async function startRun(place: StorePaths): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program, place.workspace, place.stateDirectory], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    if (child.stdout == null) throw new Error('the child has no output');
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the other run ended early'))),
    ]);
    return child;
  }

  test('that lives keeps this one out, but not from reading', async () => {
    const place = await makePlace();
    const child = await startRun(place);
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(RecordError);
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(`process ${child.pid}`);
    await expect(readRecords(ports, place)).resolves.toMatchObject({ lockfile: { outputs: {} } });
  });

  test('that was killed keeps nobody out', async () => {
    const place = await makePlace();
    const child = await startRun(place);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await openPurchaseStore(ports, place)).close();
  });

  test('in this process is kept out as well, until the first is closed', async () => {
    const place = await makePlace();
    const store = await openPurchaseStore(ports, place);
    await expect(openPurchaseStore(ports, place)).rejects.toThrow(RecordError);
    await store.close();
    await (await openPurchaseStore(ports, place)).close();
  });
});

test('opening looks at the ledger again once it holds the lock: its journal may be shorter by then', async () => {
  const place = await makePlace();
  const backend = new MemoryLedger();
  const { signal } = new AbortController();
  const readBefore = await openSharedLedger(ports, backend, signal);
  const other = await openSharedLedger(ports, backend, signal);
  const first = await openPurchaseStore(ports, place, other);
  for (const event of eventsTo('reserved', { holder: { checkout: first.checkout } }))
    await first.append(event);
  await first.flush();
  await first.close();
  // Opening takes out of the journal what the ledger holds.
  await (await openPurchaseStore(ports, place, other)).close();

  const store = await openPurchaseStore(ports, place, readBefore);
  expect(store.purchases.get(KEY)?.state).toBe('reserved');
  await store.close();
});
