import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type JobServer, startJobServer } from '../src/emulation/server.ts';
import type { EmulationSettings } from '../src/emulation/settings.ts';
import { FAL, FLOOR, REPLICATE } from '../src/measure/clients.ts';
import { CLIP, countVideos } from '../src/measure/folders.ts';
import { type Peer, runPeer } from '../src/measure/run-peer.ts';

const RESULT_BYTES = 262_144;
const JOBS = 3;
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

async function startServer(settings: Partial<EmulationSettings> = {}): Promise<JobServer> {
  const given = { medianMs: 50, sigma: 0.35, resultBytes: RESULT_BYTES, ...settings };
  const server = await startJobServer(given, CLIP);
  undo.push(() => server.close());
  return server;
}

async function run(peer: Peer, { origin }: JobServer) {
  const out = mkdtempSync(join(tmpdir(), 'motion-transfer-bench-test-'));
  undo.push(() => rmSync(out, { recursive: true, force: true }));
  const ended = await runPeer(peer, { origin, jobs: JOBS, out });
  return { ...ended, delivered: countVideos(out, RESULT_BYTES) };
}

test.each([FLOOR, FAL, REPLICATE])('$name gets every video from the emulation', async (peer) => {
  const server = await startServer({ hasHttpsVideos: peer.needsHttpsVideos === true });
  const { delivered, exitCode, log } = await run(peer, server);
  expect({ delivered, exitCode }, log).toEqual({ delivered: JOBS, exitCode: 0 });
  expect(server.report()).toMatchObject({ billed: JOBS, twice: 0, submits: JOBS });
});

test('fal buys a video again whose answer was lost, and the emulation counts it', async () => {
  const server = await startServer({ lostAnswers: { share: 1, as: 502 } });
  const { delivered } = await run(FAL, server);
  expect(delivered).toBe(JOBS);
  expect(server.report()).toMatchObject({ billed: 2 * JOBS, twice: JOBS, lostAnswers: JOBS });
});

test('the floor buys nothing again whose answer was lost', async () => {
  const server = await startServer({ lostAnswers: { share: 1, as: 'reset' } });
  const { delivered, exitCode } = await run(FLOOR, server);
  expect({ delivered, exitCode }).toEqual({ delivered: 0, exitCode: 1 });
  expect(server.report()).toMatchObject({ billed: JOBS, twice: 0 });
});

test('the floor waits as a 429 says, and gets every video', async () => {
  const server = await startServer({
    rateLimit: { perSecond: 20, burst: 1, retryAfterSeconds: 0 },
  });
  const { delivered } = await run(FLOOR, server);
  expect(delivered).toBe(JOBS);
  expect(server.report().refused).toBeGreaterThan(0);
});

test('the memory and the processor time of a client are seen', async () => {
  const { peakMb, processorS, wallS } = await run(FLOOR, await startServer());
  expect(peakMb).toBeGreaterThan(20);
  expect(processorS).toBeGreaterThan(0);
  expect(wallS).toBeGreaterThan(0);
});
