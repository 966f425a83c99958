import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import {
  DamagedOutputError,
  NoAnswerError,
  OutputExpiredError,
  StoppedError,
  UnsafeError,
} from '../../../src/model/errors.ts';
import type { FilePort, HttpPort } from '../../../src/ports.ts';
import type { Adapter } from '../../../src/providers/adapter.ts';
import { prospolabs } from '../../../src/providers/prospolabs.ts';
import {
  downloadVideo,
  MAX_OUTPUT_BYTES,
  readGone,
} from '../../../src/purchase/collect/download.ts';
import { temporaryDirectory } from '../../media/support.ts';
import { readExample } from '../../support/example-assets.ts';
import { makePorts, type TestPorts } from '../../support/ports.ts';
import { type LoopbackServer, startServer } from '../../support/server.ts';

const clip = await readExample('motions/wave.mp4');

type Answer = Parameters<typeof startServer>[0];

/** Sends the whole clip. */
const sound: Answer = (response) => {
  response.writeHead(200, { 'content-length': String(clip.length) });
  response.end(clip);
};

function sends(body: Buffer | string, headers: Record<string, string> = {}, status = 200): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

interface Place {
  readonly ports: TestPorts;
  readonly server: LoopbackServer;
  readonly target: string;
  readonly download: () => ReturnType<typeof downloadVideo>;
  readonly left: () => Promise<string[]>;
}

/** A server that answers in turn, the last answer again and again. */
async function makePlace(...answers: readonly Answer[]): Promise<Place> {
  const ports = makePorts();
  const directory = await temporaryDirectory();
  const target = `${directory}/out.mp4`;
  const server = await startServer((response, request, count) => {
    const answer = answers[Math.min(count, answers.length) - 1];
    answer?.(response, request, count);
  });
  const request = {
    url: `${server.origin}/v.mp4?sig=secret`,
    target,
    allowLoopback: true,
    signal: new AbortController().signal,
  };
  return {
    ports,
    server,
    target,
    download: () => downloadVideo(ports, request),
    left: () => readdir(directory),
  };
}

describe('a finished video', () => {
  test('is fetched, hashed, checked and put in place', async () => {
    const location = await makePlace(sound);
    expect(await location.download()).toEqual({
      sha256: createHash('sha256').update(clip).digest('hex'),
      bytes: clip.length,
      videoSeconds: expect.closeTo(4, 0),
    });
    expect(clip.equals(await readFile(location.target))).toBe(true);
    expect(await location.left()).toEqual(['out.mp4']);
    expect(location.server.requests).toHaveLength(1);
  });

  test('without an announced length is fine, its own boxes tell where it ends', async () => {
    const location = await makePlace((response) => {
      response.write(clip.subarray(0, 1_000));
      response.end(clip.subarray(1_000));
    });
    await expect(location.download()).resolves.toMatchObject({ bytes: clip.length });
  });

  test('is waited for as long as its host asks', async () => {
    const location = await makePlace((response, request, count) => {
      if (count === 1) response.writeHead(503, { 'retry-after': '7' }).end();
      else sound(response, request, count);
    });
    await location.download();
    expect(location.ports.clock.waitsMs).toEqual([7_000]);
  });

  test('replaces what lay at its place', async () => {
    const location = await makePlace(sound);
    await writeFile(location.target, 'an older one');
    await location.download();
    expect(clip.equals(await readFile(location.target))).toBe(true);
  });

  test('is fetched although a killed run left half of it', async () => {
    const location = await makePlace(sound);
    await writeFile(`${location.target}.part`, clip.subarray(0, 5_000));
    await location.download();
    expect(clip.equals(await readFile(location.target))).toBe(true);
    expect(await location.left()).toEqual(['out.mp4']);
  });
});

const half = clip.subarray(0, clip.length / 2);
const damages: [string, Answer, typeof DamagedOutputError | typeof NoAnswerError][] = [
  [
    'cut off by the connection',
    (response) => {
      response.writeHead(200, { 'content-length': String(clip.length) });
      response.write(half);
      setImmediate(() => response.destroy());
    },
    NoAnswerError,
  ],
  ['cut off cleanly, without a length', sends(half), DamagedOutputError],
  [
    'cut off cleanly, with the length of what is left',
    sends(half, { 'content-length': String(half.length) }),
    DamagedOutputError,
  ],
  ['one byte short', sends(clip.subarray(0, -1)), DamagedOutputError],
  ['one byte long', sends(Buffer.concat([clip, Buffer.alloc(1)])), DamagedOutputError],
  ['empty', sends(''), DamagedOutputError],
  [
    'a web page',
    sends('<!doctype html><h1>Sign in</h1>', { 'content-type': 'text/html' }),
    DamagedOutputError,
  ],
  [
    'a JSON error',
    sends('{"error":"expired"}', { 'content-type': 'application/json' }),
    DamagedOutputError,
  ],
  ['a picture', sends(await readExample('characters/girl.png')), DamagedOutputError],
  ['gzip-encoded', sends(clip, { 'content-encoding': 'gzip' }), NoAnswerError],
  ['HTTP 404', sends('gone', {}, 404), NoAnswerError],
  ['HTTP 403', sends('no', {}, 403), NoAnswerError],
  ['HTTP 500', sends('', {}, 500), NoAnswerError],
  ['HTTP 206, which nobody asked for', sends(clip, {}, 206), NoAnswerError],
];

describe('a video that is', () => {
  test.each(damages)(
    '%s is asked for four times and leaves nothing behind',
    async (_name, answer, kind) => {
      const location = await makePlace(answer);
      await expect(location.download()).rejects.toThrow(kind);
      expect(location.server.requests).toHaveLength(4);
      expect(location.ports.clock.waitsMs).toEqual([500, 1_000, 2_000]);
      expect(await location.left()).toEqual([]);
    },
  );

  test.each(damages)('%s at first is had at the second try', async (_name, answer) => {
    const location = await makePlace(answer, sound);
    await location.download();
    expect(location.server.requests).toHaveLength(2);
    expect(clip.equals(await readFile(location.target))).toBe(true);
    expect(await location.left()).toEqual(['out.mp4']);
  });

  test('gone for good (410) is not asked for again', async () => {
    const location = await makePlace(sends('{"code":"output_expired"}', {}, 410));
    await expect(location.download()).rejects.toThrow(OutputExpiredError);
    expect(location.server.requests).toHaveLength(1);
    expect(await location.left()).toEqual([]);
  });

  test('somewhere it must not be fetched from is not asked for again', async () => {
    const location = await makePlace(sends('', { location: 'http://169.254.169.254/' }, 302));
    await expect(location.download()).rejects.toThrow(UnsafeError);
    expect(location.server.requests).toHaveLength(1);
  });

  test('damaged never replaces a sound one', async () => {
    const location = await makePlace(sends(half));
    await writeFile(location.target, clip);
    await expect(location.download()).rejects.toThrow(DamagedOutputError);
    expect(clip.equals(await readFile(location.target))).toBe(true);
    expect(await location.left()).toEqual(['out.mp4']);
  });

  test('endless is left at the limit, and nothing of it is kept', async () => {
    const chunk = Buffer.alloc(32 * 1_048_576);
    let sentBytes = 0;
    const endless = new Readable({
      read() {
        sentBytes += chunk.length;
        this.push(chunk);
      },
    });
    const answers = [
      { status: 200, headers: {}, body: endless },
      { status: 410, headers: {}, body: Readable.from([]) },
    ];
    // Half a gigabyte over a real socket onto a real disk would only cost time.
    const http: HttpPort = {
      async send() {
        const answer = answers.shift();
        if (answer == null) throw new Error('asked too often');
        return answer;
      },
    };
    const location = await makePlace(sound);
    let abandoned = 0;
    const files: FilePort = {
      ...location.ports.files,
      create: async () => ({
        write: async () => {},
        finish: async () => {},
        abandon: async () => {
          abandoned += 1;
        },
      }),
    };
    const ports = { ...location.ports, http, files };
    const request = {
      url: 'https://cdn.example.com/v.mp4',
      target: location.target,
      allowLoopback: false,
      signal: new AbortController().signal,
    };
    await expect(downloadVideo(ports, request)).rejects.toThrow(OutputExpiredError);
    expect(location.ports.messages.join()).toContain(`larger than ${MAX_OUTPUT_BYTES} bytes`);
    expect(abandoned).toBe(1);
    expect(endless.destroyed).toBe(true);
    expect(sentBytes).toBeLessThanOrEqual(MAX_OUTPUT_BYTES + 4 * chunk.length);
  });
});

test.each([
  ['{"code":"output_expired"}', 'the output has expired at Prospolabs (kept for 7 days)'],
  ['{"code":"something_else"}', 'no longer keeps the output (HTTP 410)'],
  ['Gone', 'no longer keeps the output (HTTP 410)'],
  ['', 'no longer keeps the output (HTTP 410)'],
  ['x'.repeat(1_000_000), 'no longer keeps the output (HTTP 410)'],
])('HTTP 410 is read in the words of the provider (%#)', async (body, message) => {
  const server = await startServer((response) => {
    response.statusCode = 410;
    response.end(body);
  });
  const download = downloadVideo(makePorts(), {
    url: `${server.origin}/v.mp4`,
    target: `${await temporaryDirectory()}/out.mp4`,
    allowLoopback: true,
    signal: new AbortController().signal,
    readGone: (response) => readGone(prospolabs as Adapter, response),
  });
  await expect(download).rejects.toThrow(OutputExpiredError);
  await expect(download).rejects.toThrow(message);
});

describe('a video that drips', () => {
  /** Each look at this clock finds the time further on. */
  const hasty = (stepMs: number) => {
    let currentMs = 0;
    return {
      nowMs: () => {
        currentMs += stepMs;
        return currentMs;
      },
      sleep: async () => {},
    };
  };
  const dripping: Answer = (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(Buffer.alloc(100)), 1);
    response.on('close', () => clearInterval(drip));
  };

  test('without end is given up, and nothing of it is kept', async () => {
    const location = await makePlace(dripping);
    const request = {
      url: location.server.origin,
      target: location.target,
      allowLoopback: true,
      signal: new AbortController().signal,
    };
    const ports = { ...location.ports, clock: hasty(5_000) };
    await expect(downloadVideo(ports, request)).rejects.toThrow(NoAnswerError);
    await expect(downloadVideo(ports, request)).rejects.toThrow('less than 10000 bytes a second');
    expect(await location.left()).toEqual([]);
  });

  test('only at first is had at the next try', async () => {
    const location = await makePlace(dripping, sound);
    const request = {
      url: location.server.origin,
      target: location.target,
      allowLoopback: true,
      signal: new AbortController().signal,
    };
    const ports = { ...location.ports, clock: hasty(500) };
    await expect(downloadVideo(ports, request)).resolves.toMatchObject({ bytes: clip.length });
    expect(location.server.requests).toHaveLength(2);
  });
});

describe('a download', () => {
  test('ends at once on a stop, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const location = await makePlace((response) => {
      response.writeHead(200, { 'content-length': String(clip.length) });
      response.write(half, () => stop.abort(new StoppedError('SIGINT')));
    });
    const request = {
      url: location.server.origin,
      target: location.target,
      allowLoopback: true,
      signal: stop.signal,
    };
    await expect(downloadVideo(location.ports, request)).rejects.toThrow(StoppedError);
    expect(location.server.requests).toHaveLength(1);
    expect(await location.left()).toEqual([]);
  });

  test('tells of its troubles without the signature of the address', async () => {
    const location = await makePlace(sends('', {}, 500), sound);
    await location.download();
    expect(location.ports.messages).toHaveLength(1);
    expect(location.ports.messages.join()).toContain('HTTP 500');
    expect(location.ports.messages.join()).not.toContain('secret');
  });
});
