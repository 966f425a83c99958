import { describe, expect, test } from 'vitest';
import { entries, startShared } from './ledger/shared.ts';
import { spokenConfig, withCrlf } from './line-ends-bench.ts';
import { CONFIG, startWithoutArtifacts } from './workbench.ts';

const LOCKFILE = 'motion-transfer.lock.json';
const JOURNAL = '.git/motion-transfer/journal.jsonl';

describe.concurrent('files with the line ends of Windows', () => {
  test('say the same: nothing is bought again for a config, lockfile or journal that was converted', async () => {
    const { bench, token } = await startShared({ config: spokenConfig });
    const bought = await bench.run({}, { token });
    expect(bought.exitCode, bought.stdout).toBe(0);
    bench.git('config', 'core.safecrlf', 'false');
    bench.write('.gitattributes', '*.json text eol=crlf\n*.yml text eol=crlf\n');
    bench.write(CONFIG, `\uFEFF${withCrlf(spokenConfig)}`);
    bench.commit();
    for (const path of [LOCKFILE, JOURNAL]) bench.write(path, withCrlf(String(bench.read(path))));
    const again = await bench.run({}, { token });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(again.outputs['reused-count']).toBe('1');
    expect(bench.submits()).toBe(1);
    // What is written next stands beside lines that were converted.
    const more = await bench.run({ take: '2' }, { token });
    expect(more.exitCode, more.stdout).toBe(0);
    expect(entries(bench)).toHaveLength(2);
  });
});

test('paths as Windows writes them are refused before anything is bought, with how to write them', async () => {
  const config = `version: 1
provider: prospolabs
transfers:
  - { character: 'assets\\\\robot.png', motion: 'C:/assets/wave.mp4', output: animations/other.mp4 }
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
  - { character: girl.png, motion: wave.mp4, output: Animations/Wave.mp4 }
`;
  const bench = await startWithoutArtifacts({ config });
  const run = await bench.run();
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('must be written with / instead of');
  expect(run.stdout).toContain('must be inside the repository, without a drive letter');
  expect(run.stdout).toContain(
    'Animations/Wave.mp4 and animations/wave.mp4 differ only in case: some systems cannot keep both',
  );
  expect(bench.submits()).toBe(0);
});
