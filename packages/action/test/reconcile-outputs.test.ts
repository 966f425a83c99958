import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivered, ReconcileOutcome } from '@motion-transfer/core';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { setReconcileOutputs } from '../src/outputs.ts';

afterEach(() => vi.unstubAllEnvs());

type Result = ReconcileOutcome<Delivered>['results'][number];
type Purchases = ReconcileOutcome<Delivered>['onRecord']['purchases'];

const overdue: Result = {
  id: 'hero (earlier)',
  output: 'collected/hero.mp4',
  state: 'in-progress',
  provider: 'prospolabs',
  model: 'kling-3.0',
  draft: false,
  fingerprint: 'a',
  operation: { jobId: 'job_1' },
  holdMicroUsd: 380_000,
  charge: null,
  isBoughtHere: false,
  sha256: null,
  bytes: null,
  videoSeconds: null,
  elapsedMs: null,
  message: null,
  warnings: null,
  alarm: null,
};

/** Only what the outputs are made of. */
function outcomeWith(found: readonly { fingerprint: string; holdMicroUsd: number }[]) {
  const purchases = new Map(found.map((one) => [one.fingerprint, one])) as unknown as Purchases;
  const findings = found.map(({ fingerprint }) => ({
    fingerprint,
    transferId: fingerprint,
    message: 'needs a manual decision',
  }));
  const outcome: ReconcileOutcome<Delivered> = {
    results: [overdue],
    findings,
    writtenOff: [],
    onRecord: { purchases, label: 'a ledger' },
    delivered: null,
    deliveryProblem: null,
    ledgerProblem: null,
    isComplete: true,
  };
  return outcome;
}

function outputsOf(outcome: ReconcileOutcome<Delivered>): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-outputs-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'output');
  writeFileSync(path, '');
  vi.stubEnv('GITHUB_OUTPUT', path);
  setReconcileOutputs(outcome);
  const entries = readFileSync(path, 'utf8').matchAll(/^(.+)<<(.+)\n(.*)\n\2$/gm);
  return Object.fromEntries([...entries].map(([, name, , value]) => [name, value]));
}

test('the hold of a job that is overdue counts once, although it is a result and a finding', () => {
  expect(outputsOf(outcomeWith([{ fingerprint: 'a', holdMicroUsd: 380_000 }]))).toMatchObject({
    'held-cost': '0.38',
    'in-progress-count': '1',
    'unknown-count': '0',
  });
});

test('the hold of a purchase that is only a finding is added', () => {
  expect(outputsOf(outcomeWith([{ fingerprint: 'b', holdMicroUsd: 120_000 }]))).toMatchObject({
    'held-cost': '0.50',
    'in-progress-count': '1',
    'unknown-count': '1',
  });
});
