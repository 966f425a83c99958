import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MODULE = new URL('../src/artifacts/until-answered.ts', import.meta.url).href;

/** The output of a process that waits for `work` at its top level. */
async function outcomeOf(work: string): Promise<string> {
  const program = `
    import { untilAnswered } from ${JSON.stringify(MODULE)};
    try {
      console.log(await untilAnswered(${work}));
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      console.log(error.message);
    }`;
  const args = ['--input-type=module', '--eval', program];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

test('what answers is the result', async () => {
  expect(await outcomeOf('new Promise((resolve) => setTimeout(resolve, 20, "an answer"))')).toBe(
    'an answer',
  );
});

test('a connection that is lost without an event is an error, and not the end of the process', async () => {
  const lost = await outcomeOf('new Promise(() => undefined)');
  expect(lost).toBe('the connection was lost before an answer came');
});
