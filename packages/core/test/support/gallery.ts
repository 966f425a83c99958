import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Step } from '../../src/model/plan.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { type GalleryDraft, listEntries } from '../../src/report/gallery/clips.ts';
import { type ClipMedia, makeGallery } from '../../src/report/gallery/model.ts';
import type { GalleryOrigin } from '../../src/report/gallery/origin.ts';
import { renderGallery } from '../../src/report/gallery/render.ts';
import type { Report } from '../../src/report/report.ts';
import { makeGenerateStep } from './plans.ts';
import { makeBlockedStep, makeReportOf, makeResult } from './results.ts';

const assets = resolve(import.meta.dirname, '../../../../examples/assets');

/** A clip of which the bytes are known here. */
export type TestClip =
  | Exclude<ClipMedia, { readonly kind: 'embedded' }>
  | (Extract<ClipMedia, { readonly kind: 'embedded' }> & { readonly bytes: Uint8Array });

export function embed(bytes: Uint8Array, mimeType: string): TestClip {
  return { kind: 'embedded', mimeType, bytes };
}

const read = (path: string) => readFileSync(resolve(assets, path));
const PICTURE = embed(read('characters/robot.png'), 'image/png');
const WAVE = embed(read('motions/wave.mp4'), 'video/mp4');
const DANCE = embed(read('motions/dance.mp4'), 'video/mp4');

export const NOWHERE: GalleryOrigin = {
  repository: null,
  pullRequest: null,
  run: null,
  madeAtMs: Date.UTC(2026, 10, 30, 12),
  committed: null,
};

/** Every clip that the report asks for, by what it is; `changes` by key. */
export function renderPage(
  report: Report,
  drafts: readonly GalleryDraft[] = [],
  changes: Readonly<Record<string, TestClip>> = {},
  origin: GalleryOrigin = NOWHERE,
): string {
  const byRole = { character: PICTURE, motion: WAVE, output: DANCE, draft: WAVE, before: WAVE };
  const wanted = listEntries(report, drafts).flatMap(({ clips }) => clips);
  const media = new Map(wanted.map(({ key, role }) => [key, changes[key] ?? byRole[role]]));
  return renderGallery(makeGallery(report, drafts, media, origin))
    .map((part) => (typeof part === 'string' ? part : base64Of(media.get(part.key))))
    .join('');
}

function base64Of(clip: TestClip | undefined): string {
  if (clip?.kind !== 'embedded') throw new Error('a place for a clip that is not embedded');
  return Buffer.from(clip.bytes).toString('base64');
}

export function makeDraft(id: string, changes: Partial<GalleryDraft> = {}): GalleryDraft {
  return { id, path: `out/${id}.mp4`, videoSeconds: 4, warnings: [], problem: null, ...changes };
}

const charged = (microUsd: number) => ({ microUsd, source: 'provider-reported' as const });

/** A run with one transfer of each kind: bought, bought with a draft beside it, failed, blocked. */
export function mixedReport(): Report {
  const [bow, dance, jump] = ['bow', 'dance', 'jump'].map((id) => makeGenerateStep(id, 380_000));
  if (bow == null || dance == null || jump == null) throw new Error('no steps');
  const steps: Step[] = [bow, dance, jump, makeBlockedStep('wave', 'assets/wave.mp4 is missing')];
  const results: TransferResult[] = [
    makeResult('bow', { charge: charged(380_000), videoSeconds: 4 }),
    makeResult('dance', {
      charge: charged(700_000),
      provider: 'empiriolabs',
      videoSeconds: 4,
    }),
    makeResult('jump', { state: 'failed', message: 'the provider refused the picture' }),
    makeResult('wave', { state: 'blocked', provider: null, message: 'assets/wave.mp4 is missing' }),
  ];
  return makeReportOf(steps, results, { perRunMicroUsd: 10_000_000 }, ['One thing to know.']);
}

export const mixedDrafts = [makeDraft('dance')];
