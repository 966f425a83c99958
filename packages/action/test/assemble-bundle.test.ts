import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodePorts } from '@motion-transfer/core';
import { sha256 } from '@motion-transfer/core/shell';
import { expect, onTestFinished, test } from 'vitest';
import { assembleBundle } from '../src/artifacts/bundle.ts';

test('a path that leads out of the workspace keeps its own video out of the bundle, and no other', async () => {
  const root = mkdtempSync(join(tmpdir(), 'motion-transfer-bundle-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (...names: string[]) => join(root, ...names);
  for (const name of ['workspace', 'state', 'outside', 'bundle']) mkdirSync(at(name));
  writeFileSync(at('outside', 'wave.mp4'), 'a film');
  symlinkSync(at('outside'), at('workspace', 'linked'));
  writeFileSync(at('workspace', 'dance.mp4'), 'a film');

  const warnings: string[] = [];
  const ports = createNodePorts({ info: () => {}, warning: (text) => warnings.push(text) });
  const videoAt = (output: string) => ({ output, isAside: false, sha256: sha256('a film') });
  const bundle = await assembleBundle(ports, {
    workspace: at('workspace'),
    stateDirectory: at('state'),
    directory: at('bundle'),
    videos: [videoAt('linked/wave.mp4'), videoAt('dance.mp4')],
    drafts: { directory: '', all: [] },
    documents: { 'results.json': '{}' },
  });
  expect(bundle.files).toEqual([at('bundle', 'dance.mp4'), at('bundle', 'results.json')]);
  expect(warnings).toEqual([expect.stringContaining('linked/wave.mp4 cannot be bundled')]);
});
