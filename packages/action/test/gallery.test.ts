import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodePorts, type Plan } from '@motion-transfer/core';
import {
  decideBudget,
  type GalleryOrigin,
  makeReport,
  type Report,
} from '@motion-transfer/core/shell';
import type { ActionRun } from '@motion-transfer/emulator';
import { afterAll, describe, expect, test } from 'vitest';
import { nameClips, tooManyClips } from '../src/artifacts/clips.ts';
import { addGallery } from '../src/artifacts/gallery.ts';
import { MANY_OF_A_NAME } from './artifacts/scenes.ts';
import {
  BOTH_PROVIDERS,
  namesInZip,
  oneTransfer,
  REPOSITORY,
  startWorkbench,
} from './workbench.ts';

function daysUntil(expiresAt: string | undefined): number {
  return Math.round((Date.parse(expiresAt ?? '') - Date.now()) / 86_400_000);
}

describe('the gallery', () => {
  test('is in the artifact, and beside it as a page that a click opens', async () => {
    const bench = await startWorkbench({ config: BOTH_PROVIDERS });
    const run = await bench.run({ 'retention-days': '5' });
    expect(run.exitCode, run.stdout).toBe(0);
    const [bundle, page, ...others] = bench.emulator.artifacts;
    expect(others).toEqual([]);
    expect(namesInZip(bundle?.bytes ?? Buffer.alloc(0))).toContain('gallery.html');
    expect(page).toMatchObject({ name: 'motion-transfer-gallery.html', mimeType: 'text/html' });
    expect(daysUntil(page?.expiresAt)).toBe(5);
    const html = page?.bytes.toString() ?? '';
    expect(html).toMatch(/^<!doctype html>/);
    // Each video, each reference and the character, once each.
    expect(html.match(/data-type="video\/mp4"/g)).toHaveLength(4);
    expect(html.match(/data-type="image\/png"/g)).toHaveLength(1);
    expect(html).toContain(bench.read('animations/wave.mp4').toString('base64'));
    expect(run.outputs['gallery-url']).toMatch(new RegExp(`/artifacts/${page?.id}$`));
    expect(run.summary).toContain(`[Open the gallery](${run.outputs['gallery-url']})`);
  });

  test('shows no file that a link leads to outside of the repository', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run();
    const { session, report, bundle } = await reopen(run, bench.workspace);
    const [step] = report.plan.steps;
    if (step == null) throw new Error('no step');
    const outside = join(session.github.temporaryDirectory, 'secret.png');
    cpSync(join(bench.workspace, 'robot.png'), outside);
    symlinkSync(outside, join(bench.workspace, 'link.png'));
    for (const path of [
      'link.png',
      '../outside.png',
      '/etc/passwd',
      '.git/config',
      'motion-transfer.lock.json',
    ]) {
      const character = { ...step.character, source: { kind: 'file', path } as const };
      const { gallery } = await addGallery({
        session,
        report: { ...report, plan: { ...report.plan, steps: [{ ...step, character }] } },
        previews: { directory: '', all: [] },
        bundle,
        earlier: null,
        origin: NOWHERE,
      });
      const html = readFileSync(gallery?.path ?? '', 'utf8');
      expect(html).toContain('There is no file that a browser can show.');
    }
  });
});

describe('the gallery of a run that replaces an output', () => {
  test('shows the earlier one beside it, and names repository, run and commit with links to them', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    bench.git('config', 'remote.origin.url', `${bench.emulator.origin}/git/${REPOSITORY}.git`);
    await bench.run();
    const before = bench.read('animations/wave.mp4');
    // A film of another length, so that what is made is not what was there.
    cpSync(join(bench.workspace, 'dance.mp4'), join(bench.workspace, 'wave.mp4'));
    bench.git('add', '--all');
    bench.git('commit', '--quiet', '-m', 'outputs');
    const commit = bench.git('rev-parse', 'HEAD').trim();
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const after = bench.read('animations/wave.mp4');
    expect(after.equals(before)).toBe(false);
    const html = readFileSync(join(run.outputs['output-directory'] ?? '', 'gallery.html'), 'utf8');
    expect(html).toContain('<b>Before</b>');
    expect(html).toContain(before.toString('base64'));
    expect(html).toContain('<b>After</b>');
    expect(html).toContain(after.toString('base64'));
    const page = `https://github.com/${REPOSITORY}`;
    expect(html).toContain(`href="${page}" rel="noreferrer">octo/<wbr>animations</a>`);
    expect(html).toContain(`href="${page}/commit/${commit}"`);
    expect(html).toContain(`href="${page}/blob/${commit}/animations/wave.mp4"`);
    expect(html).toContain(`href="${page}/blob/${commit}/robot.png"`);
    expect(html).toMatch(new RegExp(`href="${page}/actions/runs/\\w`));
    expect(html).toMatch(/<dt>Made<\/dt><dd>\d{4}-/);
    // Links are followed by people: the page itself reads nothing.
    expect(html).toContain("default-src 'none'; img-src data: blob:; media-src data: blob:;");
  });
});

describe('clips for which the page has no room', () => {
  test('lie beside it in the artifact, and are named or linked in the page that stands alone', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run();
    const { session, report, bundle } = await reopen(run, bench.workspace);
    const { gallery } = await addGallery({
      session,
      report,
      previews: { directory: '', all: [] },
      bundle,
      earlier: null,
      origin: NOWHERE,
      maxEmbeddedBytes: 100,
    });
    const besides = readFileSync(gallery?.path ?? '', 'utf8');
    expect(besides).toContain('data-beside="animations/wave.mp4"');
    expect(besides).toContain('Too large for this page. It is wave.mp4 in the repository.');
    expect(besides).not.toContain('data-media=');

    const alone = await gallery?.writeAlone('alone.html', new Map());
    const named = readFileSync(alone ?? '', 'utf8');
    expect(named).toContain('It is animations/wave.mp4 in the artifact.');
    expect(named).not.toContain('data-beside');

    const url = 'https://github.com/octo/animations/actions/runs/1/artifacts/7';
    const linked = await gallery?.writeAlone('alone.html', new Map([['animations/wave.mp4', url]]));
    expect(readFileSync(linked ?? '', 'utf8')).toContain(`<a href="${url}"`);
  });
});

describe('artifact-layout: files', () => {
  test('uploads every clip also by itself, under names of their own, for as many days', async () => {
    const bench = await startWorkbench({ config: MANY_OF_A_NAME });
    const run = await bench.run({ 'artifact-layout': 'files', 'retention-days': '3' });
    expect(run.exitCode, run.stdout).toBe(0);
    const byName = new Map(bench.emulator.artifacts.map((artifact) => [artifact.name, artifact]));
    expect([...byName.keys()].sort()).toEqual([
      'girl-Wave.mp4',
      'motion-transfer',
      'motion-transfer-gallery.html',
      'robot-wave.mp4',
    ]);
    for (const [name, path] of [
      ['girl-Wave.mp4', 'girl/Wave.mp4'],
      ['robot-wave.mp4', 'robot/wave.mp4'],
    ] as const) {
      expect(byName.get(name)?.mimeType).toBe('video/mp4');
      expect(daysUntil(byName.get(name)?.expiresAt)).toBe(3);
      expect(byName.get(name)?.bytes.equals(bench.read(path))).toBe(true);
    }
  });

  test('is refused when it is misspelt, before anything is bought', async () => {
    const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'artifact-layout': 'flat' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('artifact-layout');
    expect(bench.submits()).toBe(0);
  });

  test('keeps to the 500 artifacts of a job', () => {
    expect(tooManyClips(498)).toBeNull();
    expect(tooManyClips(499)).toContain('these 499 are in the artifact only');
  });

  test.each([
    [
      ['a/wave.mp4', 'b/bow.mp4'],
      ['wave.mp4', 'bow.mp4'],
    ],
    [
      ['a/wave.mp4', 'b/WAVE.mp4'],
      ['a-wave.mp4', 'b-WAVE.mp4'],
    ],
    [
      ['wave.mp4', 'drafts/wave.mp4'],
      ['wave.mp4', 'draft-wave.mp4'],
    ],
    [
      ['a/wave.mp4', 'drafts/a/wave.mp4', 'drafts/b/wave.mp4'],
      ['wave.mp4', 'draft-a-wave.mp4', 'draft-b-wave.mp4'],
    ],
    [
      ['a/b-c.mp4', 'a-b/c.mp4', 'x/c.mp4', 'x/b-c.mp4'],
      ['a-b-c.mp4', 'a-b-c-2.mp4', 'x-c.mp4', 'x-b-c.mp4'],
    ],
    [['a/what?:*.mp4'], ['what___.mp4']],
  ])('names %j as %j', (paths, names) => {
    expect([...nameClips(paths).values()]).toEqual(names);
  });
});

const NOWHERE: GalleryOrigin = {
  repository: null,
  pullRequest: null,
  run: null,
  madeAtMs: 0,
  committed: null,
};

const made: string[] = [];
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** What the step had in hand when it wrote its gallery, from the records it left. */
async function reopen(run: ActionRun, workspace: string) {
  const plan: Plan = JSON.parse(readFileSync(run.outputs.plan ?? '', 'utf8'));
  const { results }: { results: Report['results'] } = JSON.parse(
    readFileSync(run.outputs.results ?? '', 'utf8'),
  );
  const decision = decideBudget(plan);
  const report = makeReport({ command: 'run', plan, decision, results, notes: [] });
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'motion-transfer-'));
  made.push(temporaryDirectory);
  const directory = run.outputs['output-directory'] ?? '';
  const bundle = {
    directory,
    files: [join(directory, 'animations/wave.mp4')],
    hasVideos: true,
    reasons: new Map(),
  };
  const log = { info: () => {}, warning: () => {} };
  const session = {
    ports: createNodePorts(log),
    github: { workspace, temporaryDirectory, isHosted: false },
  };
  return { session, report, bundle };
}
