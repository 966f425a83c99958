import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import {
  createNodePorts,
  type GitHubPort,
  type HttpPort,
  NoAnswerError,
  StoppedError,
  UnsafeError,
} from '@motion-transfer/core';
import { type Emulator, startEmulator, type TokenPermissions } from '@motion-transfer/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGitHubAccess } from '../src/github/access.ts';
import { unzipInto } from '../src/github/unzip.ts';
import { filesBelow } from './workbench.ts';
import { buildZip, type ZipEntry } from './zip-builder.ts';

const REPOSITORY = 'octo/animations';
const quiet = { info: () => undefined, warning: () => undefined };

interface Bench {
  readonly emulator: Emulator;
  readonly port: GitHubPort;
  readonly directory: string;
}

async function start(permissions: TokenPermissions = { actions: 'read' }): Promise<Bench> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const home = temporary();
  emulator.serveRepository(REPOSITORY, home, 'private');
  const token = emulator.github.createToken(permissions);
  const node = createNodePorts(quiet);
  // Waiting is not what is looked at here.
  const ports = { ...node, clock: { ...node.clock, sleep: async () => undefined } };
  const access = createGitHubAccess(ports, emulator.environment(), token, REPOSITORY);
  if (access == null) throw new Error('no access');
  const directory = join(home, 'unpacked');
  mkdirSync(directory);
  return { emulator, port: access.port, directory };
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'github-port-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Uploads as the artifact client does; returns its id. */
async function upload(emulator: Emulator, bytes: Buffer, expiresAt?: string): Promise<number> {
  const { ACTIONS_RESULTS_URL, ACTIONS_RUNTIME_TOKEN } = emulator.environment();
  const call = async (method: string, fields: object) => {
    const response = await fetch(
      `${ACTIONS_RESULTS_URL}twirp/github.actions.results.api.v1.ArtifactService/${method}`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ACTIONS_RUNTIME_TOKEN}`,
        },
        body: JSON.stringify({
          workflow_run_backend_id: 'run-1',
          workflow_job_run_backend_id: 'job-1',
          name: 'motion-transfer',
          ...fields,
        }),
      },
    );
    const answer: Record<string, string> = JSON.parse(await response.text());
    return answer;
  };
  const { signed_upload_url: url = '' } = await call('CreateArtifact', {
    version: 7,
    mime_type: 'application/zip',
    ...(expiresAt == null ? {} : { expires_at: expiresAt }),
  });
  await fetch(url, {
    method: 'PUT',
    body: new Blob([new Uint8Array(bytes)]),
    headers: { 'x-ms-blob-content-type': 'application/zip' },
  });
  const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const { artifact_id: id } = await call('FinalizeArtifact', { size: String(bytes.length), hash });
  return Number(id);
}

const video = Buffer.from('a video');
const signal = new AbortController().signal;
const fetched = (bench: Bench, id: number) =>
  bench.port.fetchArtifact({ id, runId: '1' }, bench.directory, signal);

describe('the state of a run attempt', () => {
  test('is over, running, or unknown', async () => {
    const { emulator, port } = await start();
    emulator.github.setAttempt(REPOSITORY, 5, 1, { status: 'completed', conclusion: 'cancelled' });
    emulator.github.setAttempt(REPOSITORY, 5, 2, { status: 'in_progress', conclusion: null });
    expect(await port.attemptState('5', 1)).toBe('over');
    expect(await port.attemptState('5', 2)).toBe('running');
    expect(await port.attemptState('5', 3)).toBe('unknown');
  });

  test('survives a fault that passes, and is no answer when GitHub has none', async () => {
    const { emulator, port } = await start();
    emulator.github.setAttempt(REPOSITORY, 5, 1, { status: 'completed', conclusion: 'success' });
    emulator.inject({ at: 'rest-run', kind: 'error', status: 503 });
    emulator.inject({ at: 'rest-run', kind: 'reset-before' });
    expect(await port.attemptState('5', 1)).toBe('over');
    emulator.inject({ at: 'rest-run', kind: 'error', status: 503, times: 10 });
    await expect(port.attemptState('5', 1)).rejects.toThrow(NoAnswerError);
    emulator.clearFaults();
    emulator.inject({ at: 'rest-run', kind: 'html-body', times: 10 });
    await expect(port.attemptState('5', 1)).rejects.toThrow(NoAnswerError);
  });

  test('names the permission that is missing', async () => {
    const { port } = await start({});
    await expect(port.attemptState('5', 1)).rejects.toThrow(/actions: read/);
  });
});

describe("GitHub's API", () => {
  test.each([
    ['https://api.github.com', false],
    ['https://127.evil.com/api/v3', false],
    ['https://127.0.0.1.evil.com/api/v3', false],
    ['https://localhost.evil.com/api/v3', false],
    ['http://127.0.0.1:4000', true],
    ['http://localhost:4000/api/v3', true],
  ])('at %s may be on this machine: %s', async (apiUrl, allowLoopback) => {
    const sent: boolean[] = [];
    const http: HttpPort = {
      async send(request) {
        sent.push(request.allowLoopback);
        throw new UnsafeError('nothing is sent here');
      },
    };
    const ports = { ...createNodePorts(quiet), http };
    const access = createGitHubAccess(ports, { GITHUB_API_URL: apiUrl }, 'token', REPOSITORY);
    await expect(access?.port.attemptState('5', 1)).rejects.toThrow('nothing is sent here');
    expect(sent).toEqual([allowLoopback]);
  });
});

describe('an artifact', () => {
  test('is unpacked, and the token does not go to the storage', async () => {
    const bench = await start();
    const id = await upload(
      bench.emulator,
      buildZip([
        { name: 'animations/', content: Buffer.alloc(0), mode: 0o040755 },
        { name: 'animations/wave.mp4', content: video },
        { name: 'results.json', content: Buffer.from('{}') },
      ]),
    );
    expect(await fetched(bench, id)).toBe('fetched');
    expect(readFileSync(join(bench.directory, 'animations/wave.mp4'))).toEqual(video);
    expect(filesBelow(bench.directory)).toHaveLength(2);
    expect(existsSync(`${bench.directory}.zip`)).toBe(false);
    const reads = bench.emulator.requests.filter(
      ({ mount, method }) => mount === 'blob' && method === 'GET',
    );
    expect(reads).toHaveLength(1);
    expect(reads[0]?.headers.authorization).toBeUndefined();
  });

  test('is gone when it expired or was deleted', async () => {
    const bench = await start();
    const id = await upload(bench.emulator, buildZip([]), '2020-01-01T00:00:00Z');
    expect(await fetched(bench, id)).toBe('gone');
    expect(await fetched(bench, 999)).toBe('gone');
  });

  test('is fetched again after a cut connection', async () => {
    const bench = await start();
    const id = await upload(bench.emulator, buildZip([{ name: 'a.mp4', content: video }]));
    bench.emulator.inject({ at: 'rest-artifact', kind: 'error', status: 502 });
    bench.emulator.inject({ at: 'rest-artifact', kind: 'lost-answer' });
    expect(await fetched(bench, id)).toBe('fetched');
  });

  test('that redirects into a private network is refused', async () => {
    const bench = await start();
    bench.emulator.inject({
      at: 'rest-artifact',
      kind: 'redirect',
      to: 'https://169.254.169.254/latest',
    });
    await expect(fetched(bench, 1)).rejects.toThrow(/not a public address/);
  });

  test('is not waited for once the run is asked to stop', async () => {
    const bench = await start();
    const stop = new AbortController();
    bench.emulator.inject({ at: 'rest-artifact', kind: 'stall', ms: Number.POSITIVE_INFINITY });
    const fetching = bench.port.fetchArtifact({ id: 1, runId: '1' }, bench.directory, stop.signal);
    await bench.emulator.waitFor(({ path }) => path.endsWith('/zip'));
    stop.abort(new StoppedError('enough'));
    await expect(fetching).rejects.toThrow(StoppedError);
  });
});

describe('an archive of others', () => {
  const limits = { maxEntries: 100, maxBytes: 1_000_000 };
  const file = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
    name,
    content: video,
    ...more,
  });

  test.each([
    ['climbs out', [file('../outside.mp4')]],
    ['climbs out half-way', [file('a/../../outside.mp4')]],
    ['is absolute', [file('/tmp/outside.mp4')]],
    ['uses backslashes', [file('a\\..\\outside.mp4')]],
    ['names a drive', [file('C:/outside.mp4')]],
    ['holds a dot directory', [file('./a.mp4')]],
    ['is a symbolic link', [file('link', { content: Buffer.from('/etc/passwd'), mode: 0o120777 })]],
    ['is a device', [file('device', { mode: 0o020666 })]],
    ['is there twice', [file('a.mp4'), file('a.mp4')]],
    ['is a file and a directory', [file('a'), file('a/b.mp4')]],
    ['lies about its size', [file('a.mp4', { claimedSize: 1 })]],
    ['has too many entries', Array.from({ length: 101 }, (_, index) => file(`${index}.mp4`))],
    ['is too large', [file('a.mp4', { content: Buffer.alloc(1_000_001) })]],
  ])('is refused when an entry %s', async (_, entries) => {
    const home = temporary();
    const directory = join(home, 'unpacked');
    mkdirSync(directory);
    writeFileSync(join(home, 'archive.zip'), buildZip(entries));
    await expect(unzipInto(join(home, 'archive.zip'), directory, limits)).rejects.toThrow(
      'was not unpacked',
    );
    expect(existsSync(join(home, 'outside.mp4'))).toBe(false);
    expect(filesBelow(home).length).toBeLessThanOrEqual(2);
  });

  test('is refused when it is a bomb, cut off, or no archive', async () => {
    const home = temporary();
    const directory = join(home, 'unpacked');
    mkdirSync(directory);
    const valid = buildZip([file('a.mp4')]);
    const bomb = deflated('bomb.mp4', Buffer.alloc(50_000_000));
    for (const [name, bytes] of Object.entries({
      bomb,
      cut: valid.subarray(0, valid.length - 30),
      text: Buffer.from('not a zip at all, but longer than the end of a directory'),
      empty: Buffer.alloc(0),
    })) {
      const archive = join(home, `${name}.zip`);
      writeFileSync(archive, bytes);
      await expect(unzipInto(archive, directory, limits), name).rejects.toThrow('was not unpacked');
    }
  });
});

/** One deflated entry: 50 MB of zeros are 50 KB. */
function deflated(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const zip = buildZip([{ name, content: packed, claimedSize: content.length }]);
  const central = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  zip.writeUInt16LE(8, 8);
  zip.writeUInt16LE(8, central + 10);
  return zip;
}
