import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LIMITS } from '../../src/model/limits.ts';

const root = resolve(import.meta.dirname, '../../../..');
const TABLE = 'packages/core/src/model/limits.ts';
const run = promisify(execFile);

describe('another limit', () => {
  test('is one more row of the table, and everything else follows', async () => {
    const copy = await copyWithLimit(await readFile(fixture('limit.txt'), 'utf8'));
    await writeFile(join(copy, 'probe.ts'), await readFile(fixture('probe.txt'), 'utf8'));
    const { stdout } = await run(process.execPath, ['probe.ts'], { cwd: copy });
    expect(JSON.parse(stdout)).toEqual({
      config: 9_000_000,
      lowered: 2_000_000,
      base: 2_500_000,
      spent: [300_000, null],
      decision: [
        {
          limit: 'per-week',
          limitMicroUsd: 500_000,
          wouldSpendMicroUsd: 600_000,
          transferId: null,
          message:
            'this week may cost $0.60, $0.30 of it spent or held before, more than per-week $0.50',
        },
      ],
      table: '| per week | $0.50 | $0.30 | $0.30 | **over by $0.10** |',
      gallery: [{ label: 'Limits', value: '$0.50 per week' }],
      changes: ['per-week is $0.50, was none'],
      planFields: [
        ...LIMITS.map(({ field }) => field),
        'perWeekMicroUsd',
        'onExceed',
        'perRunIsDefault',
      ],
      docs: '| `per-week` | number, 0 to 999999.999999 or text | Most that all runs of the repository may cost in seven days. |',
    });
  });

  test('needs no edit of another source file for the types to hold', async () => {
    const copy = await copyWithLimit(await readFile(fixture('limit.txt'), 'utf8'));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '-p',
      'packages/core',
      '--noEmit',
      '--composite',
      'false',
      '--incremental',
      'false',
    ];
    await run(process.execPath, [compiler, ...options], { cwd: copy });
  });
});

function fixture(name: string): string {
  return join(import.meta.dirname, 'added-limit', name);
}

/** The sources with one more row in the table, and nothing else edited. */
async function copyWithLimit(row: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'added-limit-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const parts = ['packages/core/src', 'packages/core/tsconfig.json', 'scripts/docs'];
  for (const part of [...parts, 'tsconfig.base.json', 'package.json'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await cp(join(root, 'packages/core/package.json'), join(copy, 'packages/core/package.json'));
  await symlink(
    join(root, 'packages/core/node_modules'),
    join(copy, 'packages/core/node_modules'),
  ).catch(() => undefined);
  const table = await readFile(join(copy, TABLE), 'utf8');
  const end = '] as const satisfies readonly LimitRule[];';
  expect(table.split(end)).toHaveLength(2);
  await writeFile(join(copy, TABLE), table.replace(end, `${row}${end}`));
  return copy;
}
