import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spokenConfig, withCrlf } from './line-ends-bench.ts';
import { startWithoutArtifacts } from './workbench.ts';

describe.concurrent('files with the line ends of Windows', () => {
  test('do not matter to a ledger in a file either', async () => {
    const bench = await startWithoutArtifacts({ config: spokenConfig });
    const ledger = join(bench.workspace, '../ledger.json');
    const first = await bench.run({ ledger: `file:${ledger}` });
    expect(first.exitCode, first.stdout).toBe(0);
    bench.write('../ledger.json', withCrlf(String(bench.read('../ledger.json'))));
    const second = await bench.run({ ledger: `file:${ledger}`, take: '2' });
    expect(second.exitCode, second.stdout).toBe(0);
    expect(bench.submits()).toBe(2);
  });
});
