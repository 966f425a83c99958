import { post } from '../../src/post-step.ts';

/** What local-action calls after the step, in the same process. A failed step stays failed. */
export async function run(): Promise<void> {
  const exitCode = await post();
  if (exitCode !== 0) process.exitCode = exitCode;
}
