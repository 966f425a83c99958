import { main } from '../../src/main.ts';

/** What local-action calls: src/index.ts without its last line, which ends the process before the outputs are shown. */
export async function run(): Promise<void> {
  process.exitCode = await main();
}
