import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { hashBody, readBytes, readText, saveBody } from '../../src/http/body.ts';
import { NoAnswerError, StoppedError } from '../../src/model/errors.ts';
import type { ClockPort, FilePort, WireResponse } from '../../src/ports.ts';
import { temporaryDirectory } from '../media/support.ts';
import { makePorts } from '../support/ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const MEGABYTE = 1_048_576;
const limits = { what: 'the file', maxBytes: 100 * MEGABYTE };

interface Piece {
  readonly afterMs: number;
  readonly bytes: number;
}

function* repeat(piece: Piece, count: number): Generator<Piece> {
  for (let sent = 0; sent < count; sent++) yield piece;
}

/** A sender whose pieces come when their time has come. */
function sendSlowly(
  clock: ClockPort,
  pieces: Iterable<Piece>,
  headers: Record<string, string> = {},
): WireResponse {
  async function* send() {
    for (const { afterMs, bytes } of pieces) {
      await clock.sleep(afterMs);
      yield Buffer.alloc(bytes, 'x');
    }
  }
  return { status: 200, headers, body: Readable.from(send(), { highWaterMark: 1 }) };
}

function sendAtOnce(
  chunks: readonly (string | Buffer)[],
  headers: Record<string, string> = {},
): WireResponse {
  return { status: 200, headers, body: Readable.from(chunks) };
}

function diskOf(write: () => Promise<void>): Pick<FilePort, 'create' | 'remove'> {
  return {
    remove: async () => {},
    create: async () => ({ write, finish: async () => {}, abandon: async () => {} }),
  };
}

const place = async () => `${await temporaryDirectory()}/body`;

/** Every way of reading, as one that tells how many bytes there were. */
const readers: readonly [string, (clock: ClockPort, response: WireResponse) => Promise<unknown>][] =
  [
    ['readText', async (clock, response) => (await readText(clock, response, limits)).length],
    ['readBytes', async (clock, response) => (await readBytes(clock, response, limits)).length],
    ['hashBody', (clock, response) => hashBody(clock, response, limits)],
    [
      'saveBody',
      // A real disk would take time that this clock knows nothing of.
      (clock, response) =>
        saveBody({ clock, files: diskOf(async () => {}) }, response, '/f', limits),
    ],
  ];

describe.each(readers)('%s', (_name, read) => {
  test('gives up a sender that drips, long before its file would be there', async () => {
    const clock = new VirtualClock();
    const startedMs = clock.nowMs();
    const response = sendSlowly(clock, repeat({ afterMs: 500, bytes: 1 }, 7_000));
    const reading = clock.run(read(clock, response));
    await expect(reading).rejects.toThrow(NoAnswerError);
    await expect(reading).rejects.toThrow('the file comes at less than 10000 bytes a second');
    expect(clock.nowMs() - startedMs).toBeLessThanOrEqual(21_000);
    expect(response.body.destroyed).toBe(true);
  });

  test('gives up a sender that drips after a quick start', async () => {
    const clock = new VirtualClock();
    const startedMs = clock.nowMs();
    function* pieces() {
      yield { afterMs: 0, bytes: 50 * MEGABYTE };
      yield* repeat({ afterMs: 500, bytes: 1 }, 7_000);
    }
    const reading = clock.run(read(clock, sendSlowly(clock, pieces())));
    await expect(reading).rejects.toThrow('less than 10000 bytes a second');
    expect(clock.nowMs() - startedMs).toBeLessThanOrEqual(42_000);
  });

  test('waits for a sender that is slow but steady', async () => {
    const clock = new VirtualClock();
    const response = sendSlowly(clock, repeat({ afterMs: 1_000, bytes: 11_000 }, 120));
    await expect(clock.run(read(clock, response))).resolves.toBeDefined();
  });

  test('waits for a small answer that takes its time', async () => {
    const clock = new VirtualClock();
    const response = sendSlowly(clock, [{ afterMs: 19_000, bytes: 100 }]);
    await expect(clock.run(read(clock, response))).resolves.toBeDefined();
  });

  test.each([
    ['too large', sendAtOnce([Buffer.alloc(limits.maxBytes), 'x']), 'larger than 104857600 bytes'],
    ['short of what was announced', sendAtOnce(['abc'], { 'content-length': '4' }), 'has 3 bytes'],
    ['longer than announced', sendAtOnce(['abc'], { 'content-length': '2' }), 'announced were 2'],
    ['encoded', sendAtOnce(['abc'], { 'content-encoding': 'gzip' }), 'is gzip-encoded'],
  ])('refuses a body that is %s, and destroys it', async (_what, response, message) => {
    const reading = read(makePorts().clock, response);
    await expect(reading).rejects.toThrow(NoAnswerError);
    await expect(reading).rejects.toThrow(message);
    expect(response.body.destroyed).toBe(true);
  });

  test('says that a body broke off', async () => {
    async function* breakOff() {
      yield Buffer.from('abc');
      throw new Error('ECONNRESET');
    }
    const response = { status: 200, headers: {}, body: Readable.from(breakOff()) };
    const reading = read(makePorts().clock, response);
    await expect(reading).rejects.toThrow(NoAnswerError);
    await expect(reading).rejects.toThrow('the connection broke off inside the file');
  });

  test('passes on that the run was stopped', async () => {
    async function* stop() {
      yield Buffer.from('abc');
      throw new StoppedError('SIGINT');
    }
    const response = { status: 200, headers: {}, body: Readable.from(stop()) };
    await expect(read(makePorts().clock, response)).rejects.toThrow(StoppedError);
  });

  test('does not believe a length that is no number', async () => {
    const response = sendAtOnce(['abc'], { 'content-length': 'many' });
    await expect(read(makePorts().clock, response)).resolves.toBeDefined();
  });
});

test('a text may be cut between any two bytes', async () => {
  const bytes = Buffer.from('Ünï 🎬');
  const response = sendAtOnce([...bytes].map((byte) => Buffer.from([byte])));
  await expect(readText(makePorts().clock, response, limits)).resolves.toBe('Ünï 🎬');
});

describe('a body that is saved', () => {
  test('replaces what lay there, and is described by its hash and length', async () => {
    const ports = makePorts();
    const path = await place();
    await writeFile(path, 'an older and longer one');
    await expect(saveBody(ports, sendAtOnce(['ab', 'c']), path, limits)).resolves.toEqual({
      sha256: createHash('sha256').update('abc').digest('hex'),
      bytes: 3,
    });
    expect(await readFile(path, 'utf8')).toBe('abc');
  });

  test('leaves nothing behind when it is cut short', async () => {
    const directory = await temporaryDirectory();
    const response = sendAtOnce(['abc'], { 'content-length': '4' });
    await expect(saveBody(makePorts(), response, `${directory}/body`, limits)).rejects.toThrow();
    expect(await readdir(directory)).toEqual([]);
  });

  test('is destroyed when there is no room for it', async () => {
    const response = sendAtOnce(['abc']);
    const missing = `${await temporaryDirectory()}/missing/body`;
    await expect(saveBody(makePorts(), response, missing, limits)).rejects.toThrow('ENOENT');
    expect(response.body.destroyed).toBe(true);
  });

  test('does not hold the slowness of the disk against the sender', async () => {
    const clock = new VirtualClock();
    const files = diskOf(() => clock.sleep(60_000));
    const response = sendSlowly(clock, repeat({ afterMs: 100, bytes: 1_000 }, 10));
    const saving = saveBody({ clock, files }, response, '/body', limits);
    await expect(clock.run(saving)).resolves.toMatchObject({ bytes: 10_000 });
  });
});
