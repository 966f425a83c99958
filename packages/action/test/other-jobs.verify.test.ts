import { PROVIDER_NAMES, type ProviderName } from '@motion-transfer/emulator';
import { expect, test } from 'vitest';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

/** How each provider says of a job that is not ours that it failed and cost nothing. */
const failuresOfAnother: Readonly<Record<ProviderName, object>> = {
  empiriolabs: { job_id: 'another', status: 'failed', error: { message: 'no' } },
  fal: {
    status: 'COMPLETED',
    request_id: 'another',
    error: 'no',
    error_type: 'runner_disconnected',
  },
  kie: { code: 200, data: { taskId: 'another', state: 'fail', creditsConsumed: 0 } },
  kling: {
    code: 0,
    data: [{ id: 'another', status: 'failed', billing: [{ charge_type: 'unit', amount: '0' }] }],
  },
  prospolabs: { generation_id: 'another', status: 'failed', message: 'no' },
  replicate: { id: 'another', status: 'aborted' },
  wavespeed: { code: 200, data: { id: 'another', status: 'failed', error: 'no' } },
};

test.concurrent.each(PROVIDER_NAMES)(
  'what %s says of another job settles nothing',
  async (provider) => {
    const options = '    provider-options: { prospolabs: { async: true } }\n';
    const config = oneTransfer(provider, provider === 'prospolabs' ? options : '');
    const bench = await startWithoutArtifacts({ config });
    const body = failuresOfAnother[provider];
    bench.emulator.inject({ at: 'status', kind: 'error', status: 200, body, times: 2 });
    const run = await bench.run();
    expect(bench.emulator.firedFaults).toHaveLength(2);
    expect(bench.results(run).results[0]?.state, run.stdout).toBe('generated');
    expect(bench.submits()).toBe(1);
  },
);
