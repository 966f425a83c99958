import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Step } from '../../src/model/plan.ts';
import type { TransferResult } from '../../src/model/results.ts';
import { type GalleryDraft, listEntries } from '../../src/report/gallery/clips.ts';
import { type ClipMedia, makeGallery } from '../../src/report/gallery/model.ts';
import { renderGallery } from '../../src/report/gallery/render.ts';
import type { Report } from '../../src/report/report.ts';
import { makeGenerateStep } from './plans.ts';
import { makeBlockedStep, makeReportOf, makeResult } from './results.ts';

const assets = resolve(import.meta.dirname, '../../../../examples/assets');

function embed(path: string, mimeType: string): ClipMedia {
  return { kind: 'embedded', mimeType, base64: readFileSync(resolve(assets, path), 'base64') };
}

export const PICTURE = embed('characters/robot.png', 'image/png');
export const WAVE = embed('motions/wave.mp4', 'video/mp4');
export const DANCE = embed('motions/dance.mp4', 'video/mp4');

/** Every clip that the report asks for, by what it is; `changes` by key. */
export function renderPage(
  report: Report,
  drafts: readonly GalleryDraft[] = [],
  changes: Readonly<Record<string, ClipMedia>> = {},
): string {
  const byRole = { character: PICTURE, motion: WAVE, output: DANCE, draft: WAVE };
  const wanted = listEntries(report, drafts).flatMap(({ clips }) => clips);
  const media = wanted.map(({ key, role }) => [key, changes[key] ?? byRole[role]] as const);
  return renderGallery(makeGallery(report, drafts, new Map(media)));
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
