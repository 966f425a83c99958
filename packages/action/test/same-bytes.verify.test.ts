import { describe, expect, test } from 'vitest';
import { restore } from './formats/restore.ts';
import {
  actionsOf,
  all,
  expectNothingBought,
  expectNothingToBuy,
  FIXTURES,
  keepPurchases,
} from './formats/scenes.ts';
import { startShared } from './ledger/shared.ts';
import { expectReuse, startBought } from './same-bytes/bought.ts';
import { moveToLfs } from './same-bytes/move-to-lfs.ts';
import { CONFIG, REPOSITORY, type Workbench } from './workbench.ts';

/** More of what same-bytes.test.ts shows by an example. */
describe.concurrent('what an earlier version bought', () => {
  test('is reused, collected or held after its assets moved to Git LFS: ledger git, fresh-checkout', () =>
    keepPurchases('git', 'fresh-checkout', moveToLfs));

  test('is reused, collected or held after its assets moved to Git LFS: ledger none, same-checkout', () =>
    keepPurchases('none', 'same-checkout', moveToLfs));
});

test.concurrent('a bought animation whose assets move to an address is reused', async () => {
  const { bench, plan } = await startBought();
  const { MOTION_TRANSFER_RAW_BASE_URL: raw } = bench.emulator.environment();
  const at = `${raw}/${REPOSITORY}/${bench.git('rev-parse', 'HEAD').trim()}`;
  const moved = bench
    .read(CONFIG)
    .toString()
    .replace('robot.png', `"${at}/robot.png"`)
    .replace('wave.mp4', `"${at}/wave.mp4"`);
  expect(moved).toContain(`motion: "${at}/wave.mp4"`);
  bench.write(CONFIG, moved);
  expectReuse(await plan());
});

describe.concurrent('the same bytes stored in two ways are bought once', () => {
  const transfer = (name: string, provider: string, character = 'robot.png') =>
    `  - { character: "${character}", motion: wave.mp4, output: animations/${name}.mp4, prompt: a robot, provider: ${provider} }\n`;
  const config = (...transfers: string[]) => `version: 1\ntransfers:\n${transfers.join('')}`;
  const refusal = { at: 'submit', provider: 'prospolabs', kind: 'error', status: 402 } as const;

  test('by one run, where a provider does not accept it and the next one makes it for another transfer', async () => {
    const { bench, token } = await startShared({ config: null });
    const { MOTION_TRANSFER_RAW_BASE_URL: raw } = bench.emulator.environment();
    const at = `${raw}/${REPOSITORY}/${bench.git('rev-parse', 'HEAD').trim()}/robot.png`;
    bench.write(
      CONFIG,
      config(transfer('a', '[prospolabs, empiriolabs]'), transfer('b', 'empiriolabs', at)),
    );
    bench.commit();
    bench.emulator.inject({ ...refusal, times: Number.POSITIVE_INFINITY });
    const run = await bench.run({}, { token });
    expect(run.exitCode).toBe(1);
    expect(bench.results(run).results).toMatchObject([
      {
        state: 'failed',
        message: expect.stringContaining('run again to copy that'),
      },
      { state: 'generated', provider: 'empiriolabs' },
    ]);
    const again = await bench.run({}, { token });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(sold(bench)).toEqual(['empiriolabs']);
  });
});

function sold(bench: Workbench): string[] {
  return bench.emulator.bill.map(({ provider }) => provider);
}

describe.concurrent('a bought animation whose assets move to Git LFS', () => {
  test('is reused from the lockfile of an earlier version alone', async () => {
    const restored = await restore(FIXTURES, 'none', 'lockfile-alone');
    moveToLfs(restored.workspace);
    const { recorded } = restored.scenario;
    const plan = await restored.run({ command: 'plan', only: recorded.join(',') });
    expectNothingToBuy(plan);
    expect(actionsOf(plan)).toEqual(all(recorded, 'reuse'));
    expectNothingBought(restored);
  });
});
