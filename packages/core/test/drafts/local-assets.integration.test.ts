import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { assetPath, removeFetchedAssets } from '../../src/drafts/local-assets.ts';
import { MediaError } from '../../src/model/errors.ts';
import { makePorts } from '../support/ports.ts';
import { startServer } from '../support/server.ts';

function makeContext() {
  const workspace = mkdtempSync(join(tmpdir(), 'local-assets-'));
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
  const { signal } = new AbortController();
  return {
    ports: makePorts(),
    workspace,
    stateDirectory: join(workspace, 'state'),
    stop: { requested: signal, hard: signal, deadlineMs: Number.POSITIVE_INFINITY },
    allowLoopback: true,
  };
}

function planned(url: string, bytes: string) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { source: { kind: 'url', url }, identity: `sha256:${hash}` } as const;
}

test('a URL asset with the planned bytes is fetched once, and is gone afterwards', async () => {
  const context = makeContext();
  const server = await startServer((response) => response.end('the clip'));
  const asset = planned(`${server.origin}/a.mp4?sig=1`, 'the clip');
  const path = await assetPath(context, asset);
  expect(readFileSync(path, 'utf8')).toBe('the clip');
  expect(await assetPath(context, asset)).toBe(path);
  expect(server.requests).toHaveLength(1);
  await removeFetchedAssets(context);
  expect(existsSync(path)).toBe(false);
});

test('a URL asset that changed since the plan is never drawn', async () => {
  const context = makeContext();
  const server = await startServer((response) => response.end('another clip'));
  const asset = planned(`${server.origin}/a.mp4?sig=secret`, 'the clip');
  const error = await assetPath(context, asset).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MediaError);
  expect((error as MediaError).message).toContain('has changed since the plan was made');
  expect((error as MediaError).message).not.toContain('secret');
  expect(readdirSync(join(context.stateDirectory, 'assets'))).toEqual([]);
});

test('a damaged left-over of an earlier run is fetched again', async () => {
  const context = makeContext();
  const server = await startServer((response) => response.end('the clip'));
  const asset = planned(`${server.origin}/a.mp4`, 'the clip');
  const path = await assetPath(context, asset);
  await context.ports.files.writeAtomic(path, 'half');
  expect(readFileSync(await assetPath(context, asset), 'utf8')).toBe('the clip');
  expect(server.requests).toHaveLength(2);
});

test('a URL that answers with an error is named by its host alone', async () => {
  const context = makeContext();
  const server = await startServer((response) => {
    response.statusCode = 403;
    response.end('no');
  });
  const asset = planned(`${server.origin}/a.mp4?sig=secret`, 'the clip');
  await expect(assetPath(context, asset)).rejects.toThrow(
    /answers HTTP 403; give a link that works without a login/,
  );
});
