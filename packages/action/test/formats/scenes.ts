import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { ActionRun } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { sha256Hex } from '../torture/world.ts';
import { filesBelow, type Results } from '../workbench.ts';
import { FILES, type Ledger, LOCKFILE, MOTION, videoOf } from './fixture.ts';
import { type Checkout, fixturesOf, type Restored, restore } from './restore.ts';

/** Written by the bundle of this commit, by record-formats.ts. */
export const FIXTURES = fixturesOf('e9c8273');

/** Purchases of an earlier version are reused, collected or held, and not bought again, whatever `change` did since. */
export async function keepPurchases(
  ledger: Ledger,
  checkout: Checkout,
  change: (workspace: string) => void = () => {},
): Promise<void> {
  const restored = await restore(FIXTURES, ledger, checkout);
  change(restored.workspace);
  const { recorded, open, unknown, blocked, fingerprints } = restored.scenario;
  const commits = ledger === 'git' ? restored.ledgerCommits() : [];
  const { ledger: known } = JSON.parse(restored.read(LOCKFILE).toString());

  const plan = await restored.run({ command: 'plan' });
  expectNothingToBuy(plan);
  expect(actionsOf(plan)).toMatchObject({
    ...all(recorded, 'reuse'),
    ...all([...unknown, ...blocked], 'blocked'),
  });

  const run = await restored.run();
  expectNothingBought(restored);
  expect(statesOf(restored, run), run.stdout).toEqual({
    ...all(recorded, 'reused'),
    ...all(open, 'collected'),
    ...all([...unknown, ...blocked], 'blocked'),
  });
  expectVideos(restored, run);
  for (const id of unknown) expectHeld(restored, run, id);
  expectLockfileWrittenAnew(restored, known);

  const later = await restored.run({ command: 'plan' });
  expectNothingToBuy(later);
  expect(actionsOf(later)).toEqual({
    ...all([...recorded, ...open], 'reuse'),
    ...all([...unknown, ...blocked], 'blocked'),
  });
  const records = restored.records();
  for (const fingerprint of Object.values(fingerprints)) expect(records).toContain(fingerprint);
  if (ledger === 'git') expect(restored.ledgerCommits()).toEqual(expect.arrayContaining(commits));
}

/** In the present format: what an earlier version wrote names its one version of the ledger, line by line. */
function expectLockfileWrittenAnew(
  { read, scenario }: Restored,
  known: { readonly place: string; readonly tip: string } | undefined,
): void {
  const { version, outputs } = JSON.parse(read(LOCKFILE).toString());
  expect(version).toBe(2);
  const due = known == null ? undefined : { place: known.place, commit: known.tip };
  for (const id of scenario.recorded) expect(outputs[`${id}.mp4`].ledger, id).toEqual(due);
  for (const id of scenario.open) expect(outputs[`${id}.mp4`], id).toBeDefined();
}

/** Purchases of an earlier version are collected by a command that makes no plan. */
export async function reconcilePurchases(ledger: Ledger, checkout: Checkout): Promise<void> {
  const restored = await restore(FIXTURES, ledger, checkout);
  const { open, unknown, jobs } = restored.scenario;
  const run = await restored.run({ command: 'reconcile' });
  expectNothingBought(restored);
  expect(run.outputs['unknown-count'], run.stdout).toBe(`${unknown.length}`);
  const directory = run.outputs['output-directory'] ?? '';
  const videos = filesBelow(directory).filter((file) => file.endsWith('.mp4'));
  expect(
    videos.map((file) => relative(directory, file)),
    run.stdout,
  ).toHaveLength(open.length);
  const motion = restored.read(MOTION);
  const results = jobs.map(({ parameters }) => sha256Hex(videoOf(motion, parameters.prompt)));
  for (const file of videos) expect(results).toContain(sha256Hex(readFileSync(file)));
}

/** A plan of an earlier version that no longer holds. */
export async function refusePlan(file: string, inputs: Record<string, string>): Promise<void> {
  const restored = await restore(FIXTURES, 'git', 'same-checkout');
  const run = await restored.run({ ...inputs, plan: restored.fixture(file) });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('not the plan that was approved');
  expectNothingBought(restored);
}

/** What is planned, by id. */
export function actionsOf(run: ActionRun): Record<string, string> {
  const { steps }: { steps: { id: string; action: string }[] } = JSON.parse(
    readFileSync(run.outputs.plan ?? '', 'utf8'),
  );
  return Object.fromEntries(steps.map(({ id, action }) => [id, action]));
}

export function statesOf({ bench }: Restored, run: ActionRun): Record<string, string> {
  return Object.fromEntries(bench.results(run).results.map(({ id, state }) => [id, state]));
}

export function all(ids: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, value]));
}

export function expectNothingToBuy({ outputs, stdout }: ActionRun): void {
  expect(outputs, stdout).toMatchObject({
    'estimated-cost': '0.00',
    'new-count': '0',
    'stale-count': '0',
  });
}

export function expectNothingBought({ bench, accepted }: Restored): void {
  expect(accepted()).toEqual([]);
  expect(bench.submits()).toBe(0);
}

/** Its price stays held, and an annotation names it. */
function expectHeld({ bench }: Restored, run: ActionRun, id: string): void {
  const result = bench.results(run).results.find((candidate) => candidate.id === id);
  expect(result?.holdMicroUsd).toBeGreaterThan(0);
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors.map(({ message }) => message).join('\n')).toContain(id);
}

/** What was recorded is unchanged; what was open is the result of the job that was paid for then. */
export function expectVideos(restored: Restored, run: ActionRun): void {
  const { open, jobs } = restored.scenario;
  const then: Results = JSON.parse(readFileSync(restored.fixture(FILES.results), 'utf8'));
  for (const { id, sha256 } of then.results) expect(sha256Hex(restored.video(id)), id).toBe(sha256);
  for (const { id, operation } of restored.bench.results(run).results) {
    if (!open.includes(id)) continue;
    const job = jobs.find(({ jobId }) => JSON.stringify(operation).includes(`"${jobId}"`));
    const result = videoOf(restored.read(MOTION), job?.parameters.prompt);
    expect(sha256Hex(restored.video(id)), id).toBe(sha256Hex(result));
  }
}
