import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mediaTypeOf } from '../../../src/report/gallery/media-type.ts';
import { makeGallery } from '../../../src/report/gallery/model.ts';
import { makeDraft, mixedDrafts, mixedReport, NOWHERE, renderPage } from '../../support/gallery.ts';
import { makeGenerateStep } from '../../support/plans.ts';
import { makeReportOf, makeResult } from '../../support/results.ts';
import { buildState } from '../../support/state-builder.ts';

const rowsOf = (...args: Parameters<typeof makeReportOf>) =>
  makeGallery(makeReportOf(...args), [], new Map(), NOWHERE).rows;
const rolesOf = (row: ReturnType<typeof rowsOf>[number] | undefined) =>
  row?.clips.map(({ role, key }) => `${role} ${key}`);

describe('the gallery of a run', () => {
  test('shows character, reference and what was made, and the draft beside it', () => {
    const [bow, dance] = makeGallery(mixedReport(), mixedDrafts, new Map(), NOWHERE).rows;
    expect(rolesOf(bow)).toEqual([
      'character workspace:assets/hero.png',
      'motion workspace:assets/wave.mp4',
      'output bundle:out/bow.mp4',
    ]);
    expect(rolesOf(dance)).toContain('draft bundle:drafts/out/dance.mp4');
  });

  test('says why there is no video, once', () => {
    const [, , jump, wave] = makeGallery(mixedReport(), mixedDrafts, new Map(), NOWHERE).rows;
    expect(jump).toMatchObject({ noVideo: 'the provider refused the picture' });
    expect(wave).toMatchObject({
      noVideo: 'assets/wave.mp4 is missing',
      why: [],
    });
  });

  test('shows a purchase of an earlier run that no step is about any more', () => {
    const orphan = makeResult('hero (earlier)', { state: 'collected', message: 'kept aside' });
    const [, row] = rowsOf([makeGenerateStep('a', 1)], [makeResult('a'), orphan]);
    expect(row).toMatchObject({ id: 'hero (earlier)', why: ['kept aside'] });
    expect(rolesOf(row)).toEqual(['output bundle:out/hero (earlier).mp4']);
  });

  test('marks what is a draft as one, and as free', () => {
    const [row] = rowsOf(
      [makeGenerateStep('a', 0)],
      [makeResult('a', { provider: 'draft', draft: true })],
    );
    expect(row).toMatchObject({ isDraft: true, price: { figure: '$0.00', mark: 'free' } });
  });

  test.each([
    [{ charge: { microUsd: 380_000, source: 'provider-reported' } }, '$0.38', 'charged'],
    [{ charge: { microUsd: 380_000, source: 'estimated' } }, '$0.38', 'estimated'],
    [{ state: 'unknown', holdMicroUsd: 380_000 }, '$0.38', 'held'],
    [{ state: 'reused' }, '$0.00', null],
    [{ state: 'failed' }, '$0.00', null],
    [{ state: 'not-started' }, '$0.00', null],
    [{ state: 'in-progress' }, null, null],
  ] as const)('prices %j as %s, %s', (changes, figure, mark) => {
    const [row] = rowsOf([makeGenerateStep('a', 380_000)], [makeResult('a', changes)]);
    expect(row?.price).toMatchObject({ figure, mark });
  });
});

describe('the gallery of a plan', () => {
  test('shows the estimate as one, and the draft in the place of the output', () => {
    const report = makeReportOf([makeGenerateStep('a', 380_000)]);
    const [row] = makeGallery(report, [makeDraft('a')], new Map(), NOWHERE).rows;
    expect(row).toMatchObject({
      state: { code: 'new' },
      price: { figure: '$0.00 - $0.38', mark: 'estimate' },
      noVideo: null,
      isDraft: false,
    });
    expect(rolesOf(row)).toContain('draft bundle:drafts/out/a.mp4');
  });

  test('says why a draft is missing', () => {
    const report = makeReportOf([makeGenerateStep('a', 380_000)]);
    const draft = makeDraft('a', { path: null, problem: 'half a body' });
    const [row] = makeGallery(report, [draft], new Map(), NOWHERE).rows;
    expect(row?.why).toContain('No draft: half a body');
    expect(row?.noVideo).not.toBeNull();
  });

  test('shows an earlier output for a stale transfer alone, and nothing where it is gone', () => {
    const reasons = [{ code: 'take-raised' as const, message: 'take is 2, was 1' }];
    const report = makeReportOf([
      makeGenerateStep('a', 1, { reasons }),
      makeGenerateStep('b', 1, { reasons }),
      makeGenerateStep('c', 1),
    ]);
    const there = { kind: 'absent', reason: 'too large' } as const;
    const media = new Map([['earlier:out/a.mp4', there]]);
    const { rows } = makeGallery(report, [], media, NOWHERE);
    expect(rows.map(({ clips }) => clips.map(({ role }) => role))).toEqual([
      ['character', 'motion', 'before'],
      ['character', 'motion'],
      ['character', 'motion'],
    ]);
  });

  test('names repository, pull request, run and commit, and links none of another repository', () => {
    const plain = makeReportOf([makeGenerateStep('a', 1)]);
    const report = { ...plain, plan: { ...plain.plan, commit: 'c0ffee'.repeat(7) } };
    const url = 'https://github.com/octo/animations';
    const origin = {
      ...NOWHERE,
      repository: { name: 'octo/animations', url },
      pullRequest: 7,
      run: { id: '12', attempt: 2, url: `${url}/actions/runs/12` },
    };
    const linksOf = (committed: typeof NOWHERE.committed) =>
      makeGallery(report, [], new Map(), { ...origin, committed })
        .facts.filter(({ label }) => /Repo|Pull|Run|Commit/.test(label))
        .map(({ label, value, url: address }) => [label, value, address]);
    const commit = 'c0ffeec0ff';
    expect(linksOf({ prefix: '', paths: new Set() })).toEqual([
      ['Repository', 'octo/animations', url],
      ['Pull request', '#7', `${url}/pull/7`],
      ['Commit', commit, `${url}/commit/${report.plan.commit}`],
      ['Run', '12, attempt 2', `${url}/actions/runs/12`],
    ]);
    expect(linksOf(null)).toContainEqual(['Commit', commit, null]);
  });

  test('leaves the signature out of an address', () => {
    const state = buildState();
    state.addTransfer('a', { character: 'https://cdn.example/hero.png?sig=secret' });
    const page = renderPage(makeReportOf(state.plan().steps));
    expect(page).toContain('hero.png');
    expect(page).not.toContain('secret');
  });
});

describe('the page', () => {
  test('is the same for the same report', () => {
    expect(renderPage(mixedReport(), mixedDrafts)).toBe(renderPage(mixedReport(), mixedDrafts));
  });

  test('lets nothing be read from anywhere unless a clip lies beside it', () => {
    const policy = (page: string) => /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy(renderPage(mixedReport()))).toMatch(
      /^default-src 'none'; img-src data: blob:; media-src data: blob:; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    const beside = { kind: 'beside', mimeType: 'video/mp4', path: 'out/bow.mp4' } as const;
    expect(policy(renderPage(mixedReport(), [], { 'bundle:out/bow.mp4': beside }))).toContain(
      "media-src data: blob: 'self' file:;",
    );
  });
});

describe('the type of a clip', () => {
  const assets = resolve(import.meta.dirname, '../../../../../examples/assets');
  const head = (path: string) => readFileSync(resolve(assets, path)).subarray(0, 12);

  test('is recognized by its content', () => {
    expect(mediaTypeOf(head('characters/robot.png'))).toBe('image/png');
    expect(mediaTypeOf(head('motions/wave.mp4'))).toBe('video/mp4');
    expect(mediaTypeOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
    expect(mediaTypeOf(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))).toBe('image/webp');
  });

  test.each(['<svg onload=x>', '<html><script>', '', 'GIF89a'])('is none for %s', (text) => {
    expect(mediaTypeOf(Buffer.from(text))).toBeNull();
  });
});
