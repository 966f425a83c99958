import { expect, test } from 'vitest';
import { startPool } from '../../src/stage/start-pool.ts';
import { TASKS } from '../../src/stage/tasks.ts';
import { createPool } from '../../src/workers/pool.ts';

function double(factor: number): (item: number) => number {
  return (item) => 2 * factor * item;
}

test.each([0, 1])(
  'a task that %i threads were not given is refused, also without items',
  async (workers) => {
    const pool = startPool(workers);
    try {
      const refusal = 'The pool has no task double; add it to the tasks it is created with.';
      await expect(pool.run(double, 1, [1])).rejects.toThrow(refusal);
      await expect(pool.runBeside(double, 1, [])).rejects.toThrow(refusal);
    } finally {
      await pool.close();
    }
  },
);

test('a thread whose entry lacks the task fails the job and not the process', async () => {
  const entry = new URL('../../src/stage/worker.ts', import.meta.url);
  const pool = createPool({ tasks: { ...TASKS, double }, entry }, 1);
  try {
    await expect(pool.runBeside(double, 1, [1, 2, 3])).rejects.toThrow('not a function');
  } finally {
    await pool.close();
  }
});

test('results come in the order of the items', async () => {
  const entry = new URL('../../src/stage/worker.ts', import.meta.url);
  const pool = createPool({ tasks: { double }, entry }, 0);
  expect(await pool.run(double, 3, [1, 2, 3])).toEqual([6, 12, 18]);
});
