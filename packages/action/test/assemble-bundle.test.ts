import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createNodePorts, type FilePort, type StoredVideo } from '@motion-transfer/core';
import { sha256 } from '@motion-transfer/core/shell';
import { expect, onTestFinished, test } from 'vitest';
import { assembleBundle } from '../src/artifacts/bundle.ts';

function makeRoom() {
  const root = mkdtempSync(join(tmpdir(), 'motion-transfer-bundle-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (...names: string[]) => join(root, ...names);
  for (const name of ['workspace', 'state', 'outside', 'bundle']) mkdirSync(at(name));
  const warnings: string[] = [];
  const ports = createNodePorts({ info: () => {}, warning: (text) => warnings.push(text) });
  const videoAt = (output: string, download: string | null = null) => ({
    output,
    isAside: false,
    sha256: sha256('a film'),
    download,
  });
  const assemble = (
    videos: readonly StoredVideo[],
    documents: Record<string, string> = { 'results.json': '{}' },
    files = ports.files,
  ) =>
    assembleBundle(
      { ...ports, files },
      {
        workspace: at('workspace'),
        stateDirectory: at('state'),
        directory: at('bundle'),
        videos,
        webFiles: [],
        drafts: { directory: '', all: [] },
        documents,
      },
    );
  return { at, ports, warnings, videoAt, assemble };
}

test('a path that leads out of the workspace keeps its own video out of the bundle, and no other', async () => {
  const { at, warnings, videoAt, assemble } = makeRoom();
  writeFileSync(at('outside', 'wave.mp4'), 'a film');
  symlinkSync(at('outside'), at('workspace', 'linked'));
  writeFileSync(at('workspace', 'dance.mp4'), 'a film');
  const bundle = await assemble([videoAt('linked/wave.mp4'), videoAt('dance.mp4')]);
  expect(bundle.files).toEqual([at('bundle', 'dance.mp4'), at('bundle', 'results.json')]);
  expect(warnings).toEqual([expect.stringContaining('linked/wave.mp4 cannot be bundled')]);
});

test('the lockfile goes along with all of its shards, and no link among them', async () => {
  const { at, assemble } = makeRoom();
  mkdirSync(at('workspace', 'motion-transfer.lock'));
  writeFileSync(at('workspace', 'motion-transfer.lock', '0a.json'), 'a shard');
  writeFileSync(at('workspace', 'motion-transfer.lock', 'secret.json'), 'no shard');
  writeFileSync(at('workspace', 'motion-transfer.lock.json'), '{\n"version":2\n}\n');
  expect((await assemble([])).files.map((file) => basename(file))).toEqual([
    'motion-transfer.lock.json',
    'results.json',
  ]);
  writeFileSync(at('workspace', 'motion-transfer.lock.json'), '{\n"shards":256,\n}\n');
  expect((await assemble([])).files.map((file) => basename(file))).toEqual([
    'motion-transfer.lock.json',
    '0a.json',
    'results.json',
  ]);
  writeFileSync(at('workspace', '.env'), 'a key');
  symlinkSync(at('workspace', '.env'), at('workspace', 'motion-transfer.lock', '0b.json'));
  await expect(assemble([])).rejects.toThrow('not a regular file');
});

test.each([
  ['removed', null],
  ['changed', 'another film'],
])('an output that was %s is taken from its download', async (_what, content) => {
  const { at, warnings, videoAt, assemble } = makeRoom();
  if (content != null) writeFileSync(at('workspace', 'wave.mp4'), content);
  writeFileSync(at('state', 'download.mp4'), 'a film');
  const bundle = await assemble([videoAt('wave.mp4', at('state', 'download.mp4'))]);
  expect(readFileSync(at('bundle', 'wave.mp4'), 'utf8')).toBe('a film');
  expect(bundle).toMatchObject({ hasVideos: true, reasons: new Map() });
  expect(warnings).toEqual([]);
});

test.each([
  ['removed', null, 'ENOENT'],
  ['changed', 'another film', 'does not hold the bytes on record'],
])(
  'an output that was %s, and its download too, is named with the reason',
  async (_what, content, reason) => {
    const { at, warnings, videoAt, assemble } = makeRoom();
    if (content != null) writeFileSync(at('workspace', 'wave.mp4'), content);
    const bundle = await assemble([videoAt('wave.mp4', at('state', 'download.mp4'))]);
    expect(bundle.files).toEqual([at('bundle', 'results.json')]);
    expect(bundle.reasons.get('wave.mp4')).toContain(reason);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  },
);

test('no record can name a place outside the bundle', async () => {
  const { at, videoAt, assemble } = makeRoom();
  writeFileSync(at('state', 'download.mp4'), 'a film');
  const bundle = await assemble([videoAt('../outside/wave.mp4', at('state', 'download.mp4'))]);
  expect(bundle).toMatchObject({ hasVideos: false });
  expect(() => readFileSync(at('outside', 'wave.mp4'))).toThrow('ENOENT');
});

test('a full disk keeps out what it has no room for, and nothing else; each is named', async () => {
  const { at, ports, warnings, videoAt, assemble } = makeRoom();
  for (const name of ['wave.mp4', 'dance.mp4']) writeFileSync(at('workspace', name), 'a film');
  const full = (path: string) =>
    Promise.reject(new Error(`ENOSPC: no space left on device, write ${path}`));
  const files: FilePort = {
    ...ports.files,
    copy: (from, to) => (to.endsWith('wave.mp4') ? full(to) : ports.files.copy(from, to)),
    writeAtomic: (path, text) =>
      path.endsWith('plan.json') ? full(path) : ports.files.writeAtomic(path, text),
  };
  const documents = { 'plan.json': '{}', 'results.json': '{}' };
  const bundle = await assemble([videoAt('wave.mp4'), videoAt('dance.mp4')], documents, files);
  expect(bundle.files).toEqual([at('bundle', 'dance.mp4'), at('bundle', 'results.json')]);
  expect(bundle.reasons.get('wave.mp4')).toContain('ENOSPC');
  expect(warnings).toEqual([
    expect.stringContaining('wave.mp4 cannot be bundled: ENOSPC'),
    expect.stringContaining('plan.json is missing in the artifact: ENOSPC'),
  ]);
});
