import { describe, expect, test } from 'vitest';
import { repeatKeys } from './hostile-text/repeat-keys.ts';
import { oneTransfer, startWorkbench } from './workbench.ts';

/** More of what hostile-text.test.ts shows by an example. */
test.concurrent.each([
  ['an answer that settles nothing', 'submit', 500],
  ['the state of a job', 'status', 422],
  ['a video that is gone', 'download', 410],
] as const)('a key that an answer repeats is in nothing that leaves the run: %s', repeatKeys);

describe.concurrent('a command of the runner', () => {
  test('does not come alive in what the artifact service answers', async () => {
    const bench = await startWorkbench({ config: oneTransfer('fal') });
    bench.emulator.inject({
      at: 'artifact-create',
      kind: 'error',
      status: 400,
      body: { msg: 'bad ##[set-env name=PATH]/tmp\n::set-output name=a::b\r::add-path::/tmp' },
      times: Infinity,
    });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('set-env');
  });
});
