import { expect, test } from 'vitest';
import { startWorkbench } from './workbench.ts';

const CONFIG = `version: 1
provider: wavespeed
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: girl.png, motion: wave.mp4, output: animations/girl.mp4 }
  - { character: missing.png, motion: wave.mp4, output: animations/missing.mp4 }
`;

test('what is true of a provider, and what is wrong with a transfer, stands in a plan once each', async () => {
  const bench = await startWorkbench({ config: CONFIG });
  const plan = await bench.run({ command: 'plan' });
  const about = (word: string) => plan.annotations.filter(({ message }) => message.includes(word));
  const [shared] = about('wavespeed, 2 transfers: price:');
  expect(shared?.level, plan.stdout).toBe('warning');
  expect(about('is a price')).toHaveLength(1);
  expect(plan.summary.split('is a price')).toHaveLength(2);
  expect(about('missing.png')).toMatchObject([{ level: 'error' }]);
  expect(plan.summary.split('missing.png')).toHaveLength(2);
  expect(plan.annotations.at(-1)?.message).toBe(
    'Not every transfer is done. 1 blocked: animations/missing.',
  );
});

test('a repository without a config gets one to copy: whole lines in the log, a block in the summary', async () => {
  const bench = await startWorkbench({ config: null });
  const run = await bench.run({ command: 'plan' });
  expect(run.exitCode).toBe(1);
  const sample = 'version: 1\nprovider: empiriolabs\ntransfers:\n  - character: assets/hero.png\n';
  expect(run.stdout).toContain(`\n${sample}`);
  expect(run.summary).toContain(`\n\`\`\`yaml\n${sample}`);
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors[0]?.message).toMatch(
    /nothing to do yet.*https:\/\/github\.com\/.*\/docs\/config\.md/,
  );
});
