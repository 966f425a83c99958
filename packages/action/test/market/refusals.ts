import type { Fault } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { oneTransfer, startWithoutArtifacts } from '../workbench.ts';

export function refusal(status: number, body: unknown): Fault {
  return { at: 'submit', kind: 'error', status, body };
}

/** A refusal of the account by Kling: asked once, nothing held, and the advice in the message. */
export async function refuseAccount(code: number, advice: string): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('kling') });
  bench.emulator.inject({ ...refusal(429, { code, message: 'no money' }), times: Infinity });
  const run = await bench.run();
  expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
  expect(bench.results(run).results[0]?.message).toContain(advice);
  expect(bench.submits()).toBe(1);
}

/** A refusal by kie.ai inside an answer of HTTP 200: nothing held, and the next run buys. */
export async function refuseOnce(body: {
  readonly code: number;
  readonly msg: string;
}): Promise<void> {
  const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
  bench.emulator.inject(refusal(200, body));
  const run = await bench.run();
  expect(bench.results(run).results[0]).toMatchObject({ state: 'failed', holdMicroUsd: 0 });
  expect(bench.results(run).results[0]?.message).toContain(body.msg);
  expect((await bench.run()).exitCode).toBe(0);
  expect(bench.emulator.bill).toHaveLength(1);
}
