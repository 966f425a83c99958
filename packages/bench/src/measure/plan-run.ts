import { rmSync } from 'node:fs';
import { makeTemporary } from './folders.ts';
import type { BenchRepository } from './repository.ts';
import { type OurRun, runOurs } from './run-ours.ts';

interface PlanOptions {
  /** Absent: without a ledger. */
  readonly token?: string;
}

/** `command: plan`. What it leaves in its temporary directory is gone once `read` has returned. */
export async function planOurs<Left>(
  repository: BenchRepository,
  environment: Readonly<Record<string, string>>,
  read: (run: OurRun) => Left,
  { token }: PlanOptions = {},
): Promise<{ readonly cost: OurRun; readonly left: Left }> {
  const temporary = makeTemporary('plan');
  try {
    const cost = await runOurs({
      repository,
      inputs: { command: 'plan', staging: 'github', ledger: token == null ? 'none' : 'git' },
      ...(token != null && { token }),
      environment: { ...environment, RUNNER_TEMP: temporary },
    });
    if (cost.run.exitCode !== 0)
      throw new Error(`a plan failed: ${cost.run.stdout.slice(-1_000)}${cost.run.stderr}`);
    return { cost, left: read(cost) };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
