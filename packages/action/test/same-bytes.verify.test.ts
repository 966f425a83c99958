import { describe, expect, test } from 'vitest';
import { keepPurchases } from './formats/scenes.ts';
import { expectReuse, startBought } from './same-bytes/bought.ts';
import { moveToLfs } from './same-bytes/move-to-lfs.ts';
import { CONFIG, REPOSITORY } from './workbench.ts';

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
