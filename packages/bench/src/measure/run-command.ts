import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Cost, endedChildrenS, watchCost } from './child-cost.ts';

/** What any other command costs. */
export async function runCommand(
  command: string,
  args: readonly string[],
  directory?: string,
): Promise<Cost> {
  const usedBeforeS = endedChildrenS();
  const startedAtMs = performance.now();
  const child = spawn(command, args, {
    stdio: 'ignore',
    ...(directory != null && { cwd: directory }),
  });
  const watch = watchCost(child, startedAtMs, usedBeforeS);
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}`);
  return watch.end();
}

/** What the least that Node does costs. */
export function runNothing(): Promise<Cost> {
  return runCommand(process.execPath, ['-e', '0']);
}

/** The bytes of all assets, hashed by two processes at once. */
export function hashAssets(workspace: string): Promise<Cost> {
  const script =
    'set -o pipefail; find characters motions -type f -print0 | xargs -0 -P2 -n 500 sha256sum';
  return runCommand('bash', ['-c', script], workspace);
}
