import type { PROVIDER_NAMES } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { namesOfArtifact } from '../workbench.ts';
import {
  publishedBy,
  purposesOf,
  reportOf,
  secretsOf,
  startProbeBench,
  verdictOf,
  writtenBy,
} from './probe-bench.ts';

/** What is asked besides the submit and the download, and one assumption that the emulated company confirms. */
const expected = {
  prospolabs: { purposes: [], confirms: 'synchronous-wait' },
  empiriolabs: {
    purposes: ['price', 'balance', 'status', 'look-up'],
    confirms: 'account-is-charged-as-estimated',
  },
  fal: { purposes: ['price', 'upload', 'status', 'result'], confirms: 'billable-units-header' },
  replicate: { purposes: ['upload', 'status', 'look-up'], confirms: 'list-repeats-inputs' },
  kling: { purposes: ['status', 'look-up'], confirms: 'current-found-by-our-id' },
  wavespeed: { purposes: ['balance', 'upload', 'status'], confirms: 'no-price-in-answers' },
  kie: { purposes: ['balance', 'status'], confirms: 'credits-match-the-account' },
} as const;

export type ProbedProvider = (typeof PROVIDER_NAMES)[number];

/** A whole probe of the emulated company: bought once, every answer kept without a secret. */
export async function probeOnce(provider: ProbedProvider): Promise<void> {
  const { bench, probe } = await startProbeBench(provider);
  const run = await probe();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.bill).toHaveLength(1);
  expect(bench.emulator.totalMicroUsd()).toBeLessThanOrEqual(500_000);
  expect(reportOf(run).purchase).toMatchObject({ state: 'generated', wasSubmitted: true });
  const { purposes, confirms } = expected[provider];
  expect(purposesOf(run).sort()).toEqual(['download', 'submit', ...purposes].sort());
  expect(verdictOf(run, confirms)).toBe('confirmed');
  expect(run.outputs['wrong-count'], run.stdout).toBe('0');
  expect(Number(run.outputs['confirmed-count'])).toBeGreaterThan(2);

  expect(bench.emulator.artifacts.map(({ name }) => name)).toEqual(['motion-transfer-probe']);
  const files = reportOf(run).exchanges.map(({ file }) => file);
  expect(namesOfArtifact(bench)).toEqual(
    [...files, `probe/${provider}.mp4`, 'report.json', 'report.md'].sort(),
  );
  expect(run.summary).toContain('confirmed');
  expect(bench.git('status', '--porcelain')).toBe('');
  const written = writtenBy(bench, run);
  const secrets = secretsOf(bench);
  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  const published = publishedBy(bench, run);
  expect(/signature=[\w-]/.test(published)).toBe(false);
}
