import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { ActionRun } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  APPROVED,
  CONFIG,
  FILES,
  FREE_AGAIN_CONFIG,
  type Ledger,
  LOCKFILE,
  MOTION,
  PULL_REQUEST,
  payloadOf,
  videoOf,
} from './formats/fixture.ts';
import { type Checkout, fixturesOf, type Restored, restore } from './formats/restore.ts';
import { sha256Hex } from './torture/world.ts';
import { filesBelow, REPOSITORY, type Results } from './workbench.ts';

/** Written by the bundle of this commit, by formats/record-formats.ts. */
const FIXTURES = fixturesOf('e9c8273');
/** A test runs the bundle up to three times; the machine may be busy. */
const TIMEOUT_MS = 300_000;

/** Where all purchases are on record. */
const COMPLETE_RECORDS: readonly (readonly [Ledger, Checkout])[] = [
  ['git', 'same-checkout'],
  ['git', 'fresh-checkout'],
  ['file', 'fresh-checkout'],
  ['none', 'same-checkout'],
];

describe.concurrent('purchases that an earlier version recorded', { timeout: TIMEOUT_MS }, () => {
  test.each(COMPLETE_RECORDS)(
    'are reused, collected or held, and not bought again: ledger %s, %s',
    async (ledger, checkout) => {
      const restored = await restore(FIXTURES, ledger, checkout);
      const { recorded, open, unknown, blocked, fingerprints } = restored.scenario;
      const commits = ledger === 'git' ? restored.ledgerCommits() : [];

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
        ...all(open, 'generated'),
        ...all([...unknown, ...blocked], 'blocked'),
      });
      expectVideos(restored, run);
      for (const id of unknown) expectHeld(restored, run, id);

      const later = await restored.run({ command: 'plan' });
      expectNothingToBuy(later);
      expect(actionsOf(later)).toEqual({
        ...all([...recorded, ...open], 'reuse'),
        ...all([...unknown, ...blocked], 'blocked'),
      });
      const records = restored.records();
      for (const fingerprint of Object.values(fingerprints)) expect(records).toContain(fingerprint);
      if (ledger === 'git')
        expect(restored.ledgerCommits()).toEqual(expect.arrayContaining(commits));
    },
  );

  test.each([
    ['git', 'fresh-checkout'],
    ['none', 'same-checkout'],
  ] as const)(
    'are collected by reconcile, which has no plan: ledger %s, %s',
    async (ledger, checkout) => {
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
    },
  );

  test('may be bought again where they cost nothing', async () => {
    const restored = await restore(FIXTURES, 'git', 'fresh-checkout');
    const { freeAgain } = restored.scenario;
    const plan = await restored.run({ command: 'plan', config: FREE_AGAIN_CONFIG });
    expect(actionsOf(plan)).toEqual(all(freeAgain, 'generate'));
    expect(plan.outputs['new-count']).toBe(`${freeAgain.length}`);
    expect(plan.outputs['estimated-cost']).not.toBe('0.00');
  });
});

describe.concurrent('the lockfile of an earlier version alone', { timeout: TIMEOUT_MS }, () => {
  test('is enough for its outputs to be reused', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const { recorded } = restored.scenario;
    const only = recorded.join(',');
    expectNothingToBuy(await restored.run({ command: 'plan', only }));
    const run = await restored.run({ only });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(statesOf(restored, run)).toEqual(all(recorded, 'reused'));
    expectNothingBought(restored);
    expectVideos(restored, run);
  });

  test('records no purchase whose fingerprint it does not hold', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const { [APPROVED]: fingerprint = '' } = restored.scenario.fingerprints;
    const lockfile = restored.read(LOCKFILE).toString();
    restored.bench.write(LOCKFILE, lockfile.replaceAll(fingerprint, 'f'.repeat(64)));
    const plan = await restored.run({ command: 'plan', only: APPROVED });
    expect(actionsOf(plan)).toEqual({ [APPROVED]: 'generate' });
    expect(plan.outputs['estimated-cost']).not.toBe('0.00');
  });
});

describe.concurrent('a plan.json of an earlier version', { timeout: TIMEOUT_MS }, () => {
  test('approves the purchase that it is about', async () => {
    const restored = await restore(FIXTURES, 'git', 'start');
    const plan = restored.fixture(FILES.planOfPurchase);
    const run = await restored.run({ only: APPROVED, plan });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(statesOf(restored, run)).toEqual({ [APPROVED]: 'generated' });
    expect(restored.accepted()).toHaveLength(1);
  });

  test('approves that nothing is bought where nothing is missing', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    const plan = restored.fixture(FILES.planOfReuse);
    const run = await restored.run({ only: APPROVED, plan });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(statesOf(restored, run)).toEqual({ [APPROVED]: 'reused' });
    expectNothingBought(restored);
  });

  test.each([
    ['was bought', FILES.planOfPurchase, { only: APPROVED }],
    ['was found at its provider', FILES.planOfInterrupted, {}],
  ] as const)('is refused where something %s since', async (_title, file, inputs) => {
    const restored = await restore(FIXTURES, 'git', 'same-checkout');
    const run = await restored.run({ ...inputs, plan: restored.fixture(file) });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('not the plan that was approved');
    expectNothingBought(restored);
  });
});

describe.concurrent('the comment of an earlier version', { timeout: TIMEOUT_MS }, () => {
  test('is updated by a later plan, with what changed', async () => {
    const restored = await restore(FIXTURES, 'git', 'start');
    const { bench } = restored;
    const { github } = bench.emulator;
    const headOf = () => bench.git('rev-parse', 'HEAD').trim();
    const baseSha = headOf();
    const config = bench.read(CONFIG).toString();
    bench.write(CONFIG, config.replace(/^.*animations\/stale\.mp4.*\n/m, ''));
    bench.commit('Remove a transfer');
    const pull = github.openPullRequest(REPOSITORY, {
      number: PULL_REQUEST,
      headSha: headOf(),
      baseSha,
    });
    const body = readFileSync(restored.fixture(FILES.comment), 'utf8');
    const comment = github.addComment(REPOSITORY, PULL_REQUEST, 'github-actions[bot]', body);

    const event = { name: 'pull_request', payload: payloadOf(REPOSITORY, pull) };
    const plan = await restored.run({ command: 'plan' }, { event });
    expect(plan.exitCode, plan.stdout).toBe(0);
    expect(pull.comments).toEqual([comment]);
    expect(comment.body).toMatch(/\b14 → 13\b/);
  });
});

/** What is planned, by id. */
function actionsOf(run: ActionRun): Record<string, string> {
  const { steps }: { steps: { id: string; action: string }[] } = JSON.parse(
    readFileSync(run.outputs.plan ?? '', 'utf8'),
  );
  return Object.fromEntries(steps.map(({ id, action }) => [id, action]));
}

function statesOf({ bench }: Restored, run: ActionRun): Record<string, string> {
  return Object.fromEntries(bench.results(run).results.map(({ id, state }) => [id, state]));
}

function all(ids: readonly string[], value: string): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, value]));
}

function expectNothingToBuy({ outputs, stdout }: ActionRun): void {
  expect(outputs, stdout).toMatchObject({
    'estimated-cost': '0.00',
    'new-count': '0',
    'stale-count': '0',
  });
}

function expectNothingBought({ bench, accepted }: Restored): void {
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
function expectVideos(restored: Restored, run: ActionRun): void {
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
