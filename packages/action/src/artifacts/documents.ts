import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@motion-transfer/core';
import { findDrift, type Report, withoutQueries } from '@motion-transfer/core/shell';
import type { Previews } from '../draft/previews.ts';
import { redactor } from '../secrets.ts';

/** The records that go into the artifact beside the videos. */
export function documentsOf(
  report: Report,
  previews: Previews,
): Record<'plan.json' | 'results.json', string> {
  const { plan, results, totals, failure } = report;
  const drafts = previews.all.map((preview) => ({
    ...preview,
    draft: true,
    path: preview.path == null ? null : `drafts/${preview.path}`,
  }));
  return {
    'plan.json': formatJson(plan),
    'results.json': formatJson({
      version: 1,
      planDigest: plan.digest,
      totals,
      failure,
      results,
      drift: findDrift(plan, results),
      drafts,
    }),
  };
}

/** Writes results.json anew: what was delivered and recorded is known only after the upload. */
export async function rewriteResults(
  directory: string,
  report: Report,
  previews: Previews,
): Promise<void> {
  const { 'results.json': results } = documentsOf(report, previews);
  await writeFile(join(directory, 'results.json'), results);
}

/** Writes plan.json where later steps find it; returns its path. */
export async function writePlan(temporaryDirectory: string, plan: Plan): Promise<string> {
  const directory = join(temporaryDirectory, 'motion-transfer-plan');
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'plan.json');
  await writeFile(path, formatJson(plan));
  return path;
}

/** JSON for files that leave the runner: without secrets, and without the query of a URL, which may hold a signature. */
function formatJson(value: unknown): string {
  const publish = (_key: string, member: unknown) =>
    typeof member === 'string' ? redactor.redact(withoutQueries(member)) : member;
  return `${JSON.stringify(value, publish, 2)}\n`;
}
