import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderCommentSection } from '../../src/report/comment/render.ts';
import { makeGallery } from '../../src/report/gallery/model.ts';
import { renderTextTable } from '../../src/report/log.ts';
import { type ReconcileReport, renderReconcile } from '../../src/report/reconcile-summary.ts';
import type { Report } from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';
import {
  exampleOverBudget,
  examplePlan,
  exampleReconcile,
  exampleRun,
} from '../support/example-reports.ts';
import { decodeEntities } from './markdown-oracle.ts';

/** `UPDATE_GOLDEN=1` writes what is rendered now: read the difference as the people do who get it. */
const isUpdate = process.env.UPDATE_GOLDEN === '1';

const links = {
  artifactUrl: 'https://github.com/owner/name/actions/runs/4712/artifacts/7',
  galleryUrl: 'https://github.com/owner/name/actions/runs/4712/artifacts/8',
  runUrl: 'https://github.com/owner/name/actions/runs/4712',
  pictures: new Map(),
};

const log = (report: Report) => `${renderTextTable(report).join('\n')}\n`;
const summary = (report: Report) => renderSummary(report, { ...links, outputDirectory: null });
const comment = (report: Report) =>
  `${renderCommentSection({ report, overrideLabel: 'motion-transfer-approved', links, previous: null }).text}\n`;

/** Nothing is open after it, and nothing was paid. */
function writtenOffAsFree(): ReconcileReport {
  const report = exampleReconcile();
  const writtenOff = report.writtenOff.map((purchase) => ({
    ...purchase,
    charge: { microUsd: 0, source: 'estimated' as const },
  }));
  const purchases = new Map(writtenOff.map((purchase) => [purchase.fingerprint, purchase]));
  return { ...report, results: [], findings: [], writtenOff, purchases };
}

/** What the page says, without its clips. */
function gallery(report: Report): string {
  const { headline, facts, failure, notes, rows } = makeGallery(report, [], new Map());
  const lines = [
    headline,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...(failure == null ? [] : [failure]),
    ...notes.map((note) => `note: ${note}`),
    ...rows.flatMap(
      ({ id, state, isDraft, provider, tier, seconds, price, warnings, why, noVideo }) => [
        '',
        `${id}: ${state.label}${isDraft ? ', draft' : ''}`,
        `  ${[provider ?? '-', tier ?? '-', `${seconds ?? '-'} s`, price.figure ?? '-', price.mark ?? '-'].join(' | ')}`,
        ...warnings.map((warning) => `  warning: ${warning}`),
        ...why.map((reason) => `  why: ${reason}`),
        ...(noVideo == null ? [] : [`  no video: ${noVideo}`]),
      ],
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const plan = examplePlan();
const run = exampleRun();
const overBudget = exampleOverBudget();

describe('what people read, word for word', () => {
  test.each([
    ['plan.log.txt', log(plan)],
    ['plan.summary.md', summary(plan)],
    ['plan.comment.md', comment(plan)],
    ['plan.gallery.txt', gallery(plan)],
    ['run.log.txt', log(run)],
    ['run.summary.md', summary(run)],
    ['run.gallery.txt', gallery(run)],
    ['over-budget.log.txt', log(overBudget)],
    ['over-budget.summary.md', summary(overBudget)],
    ['reconcile.md', renderReconcile(exampleReconcile())],
    ['write-off.md', renderReconcile(writtenOffAsFree())],
  ])('is as in golden/%s', (name, rendered) => {
    const path = resolve(import.meta.dirname, 'golden', name);
    // Shown as a reader sees it: the entities are the business of the tests of escaping.
    const text = name.endsWith('.md') ? decodeEntities(rendered) : rendered;
    if (isUpdate) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});
