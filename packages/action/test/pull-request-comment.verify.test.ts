import { expect, test } from 'vitest';
import { configOf, startPullRequest } from './pull-request-bench.ts';

test('the comment keeps its totals under the limit of GitHub with 1,024 transfers', async () => {
  const config = `version: 1
provider: prospolabs
budget: { per-run: 1000 }
transfers:
  - { character: many/*.png, motion: many/*.mp4, output: "animations/{character}/{motion}.mp4" }
`;
  const bench = await startPullRequest({ base: configOf('per-run: 1000'), head: config });
  const [robot, wave] = [bench.read('robot.png'), bench.read('wave.mp4')];
  const free = (size: number) => {
    const box = Buffer.alloc(8 + size);
    box.writeUInt32BE(8 + size);
    box.write('free', 4);
    return box;
  };
  for (let index = 0; index < 32; index++) {
    const name = `many/${'a-rather-long-name-with-markdown-[x](y)_'.repeat(2)}${index}`;
    bench.write(`${name}.png`, Buffer.concat([robot, Buffer.alloc(index)]));
    bench.write(`${name}.mp4`, Buffer.concat([wave, free(index)]));
  }
  bench.push('Many');
  const plan = await bench.plan();
  expect(plan.exitCode, plan.stdout.slice(-2000)).toBe(0);
  const [body = ''] = bench.ownComments();
  expect(body.length).toBeLessThanOrEqual(60_000);
  expect(body.length).toBeGreaterThan(50_000);
  expect(body).toContain('1024 to generate');
  expect(body).toContain('$311.296');
  expect(body).toMatch(/\| _and \d+ more_ \|/);
  expect(body).not.toContain('[x](y)');
});

test('the comment says nothing about a pull request without animations, and nothing at all when asked so', async () => {
  const bench = await startPullRequest({ base: configOf('per-run: 5') });
  await bench.plan({ comment: 'never' });
  expect(bench.ownComments()).toEqual([]);
  await bench.buy();
  bench.push('Add the animation');
  const plan = await bench.plan();
  expect(plan.outputs['reused-count']).toBe('1');
  expect(bench.ownComments()).toEqual([]);
});
