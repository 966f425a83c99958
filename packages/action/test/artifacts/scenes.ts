import type { Fault } from '@motion-transfer/emulator';
import { expect } from 'vitest';
import { oneTransfer, startWorkbench } from '../workbench.ts';

/** Two clips whose files have one name. */
export const MANY_OF_A_NAME = `version: 1
provider: prospolabs
transfers:
  - { character: robot.png, motion: wave.mp4, output: robot/wave.mp4 }
  - { character: girl.png, motion: wave.mp4, output: girl/Wave.mp4 }
`;

/** A fault of the artifact service that passes. */
export async function uploadInSpiteOf(fault: Fault): Promise<void> {
  const bench = await startWorkbench({ config: oneTransfer('prospolabs') });
  bench.emulator.inject(fault);
  const run = await bench.run();
  expect(run.exitCode, run.stdout).toBe(0);
  expect(bench.emulator.firedFaults.length).toBeGreaterThan(0);
  expect(run.outputs['artifact-url']).toBeDefined();
}
