import { type Fault, PROVIDER_NAMES, type ProviderName } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import {
  DOWNLOADED,
  downloadKinds,
  POLLED,
  statusKinds,
  submitKinds,
  survive,
  surviveStatus,
} from './faults/cases.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/**
 * The wire is the same code for all, so a fault of a kind strikes one provider here, in turn; each at every
 * provider is in faults.verify.test.ts.
 */
function inTurn<Case extends readonly [string, ...unknown[]]>(
  kinds: readonly (readonly [Case, ...Case[]])[],
  providers: readonly ProviderName[],
) {
  return kinds.flatMap(([one], index) => {
    const provider = providers[index % providers.length];
    return provider == null ? [] : [{ title: one[0], provider, one }];
  });
}

test.concurrent.each([
  ...inTurn(submitKinds, PROVIDER_NAMES),
  ...inTurn(downloadKinds.slice(0, 2), DOWNLOADED),
])('$provider: $title', ({ provider, one }) => survive(provider, one));

// What an answer to a question about a job means is tested kind by kind in core/test/purchase/wait/wait.test.ts.
test.concurrent.each(inTurn(statusKinds.slice(0, 1), POLLED))(
  '$provider: a status answer that is $title',
  ({ provider, one }) => surviveStatus(provider, one),
);

test.concurrent('a lost answer of Replicate is found among its predictions by the next run', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('replicate') });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  const run = await bench.run();
  expect(bench.results(run).results[0]?.state, run.stdout).toBe('unknown');
  const again = await bench.run();
  expect(bench.results(again).results[0]?.state, again.stdout).toBe('collected');
  expect(bench.submits()).toBe(1);
  expect(again.outputs['held-cost']).toBe('0.00');
});

test.concurrent('a lost answer of EmpirioLabs is found where its job list repeats the inputs', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
  bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
  expect(bench.results(await bench.run()).results[0]?.state).toBe('unknown');
  const again = await bench.run();
  expect(bench.results(again).results[0]?.state, again.stdout).toBe('collected');
  expect(bench.submits()).toBe(1);
});

describe.concurrent('jobs that fail', () => {
  test('of Prospolabs are refunded, cost nothing, and may be tried again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({
      at: 'submit',
      kind: 'job-fails',
      code: 'moderation',
      message: 'unsafe prompt',
    });
    const run = await bench.run();
    expect(bench.results(run).results[0]).toMatchObject({
      state: 'failed',
      holdMicroUsd: 0,
      charge: null,
    });
    expect(bench.emulator.bill.map((entry) => entry.state)).toEqual(['refunded']);
    expect((await bench.run()).exitCode).toBe(0);
  });
});

test.concurrent('an answer that cannot be read is kept where a person finds it', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
  bench.emulator.inject({ at: 'submit', kind: 'id', json: '{"deep":"job-42"}' });
  const run = await bench.run();
  const [result] = bench.results(run).results;
  expect(result?.state, run.stdout).toBe('unknown');
  expect(result?.message).toContain('job-42');
});

describe.concurrent('outputs', () => {
  test('that have expired are distinguished, and not bought again', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'download', kind: 'expired', times: Infinity });
    const run = await bench.run();
    expect(bench.results(run).results[0]?.message).toContain(
      'the output has expired at Prospolabs (kept for 7 days): the video is lost, and what it cost stays spent; to have it made again, raise take',
    );
    bench.emulator.clearFaults();
    await bench.run();
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('inputs', () => {
  test.each<[string, Fault]>([
    ['cannot be found', { at: 'input', kind: 'error', status: 404, times: Infinity }],
    ['answer with a web page', { at: 'input', kind: 'html-body', times: Infinity }],
  ])('that %s stop the transfer before anything is bought', async (_title, fault) => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject(fault);
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(run.outputs['held-cost']).toBe('0.00');
  });
});
