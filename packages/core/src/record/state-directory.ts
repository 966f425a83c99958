import { isAbsolute, join } from 'node:path';
import type { Ports } from '../ports.ts';

/** Where this checkout's journal lives: inside `.git`, so that it is never committed. */
export async function findStateDirectory(
  ports: Pick<Ports, 'git'>,
  workspace: string,
): Promise<string> {
  const inGit = await ports.git.run(workspace, ['rev-parse', '--git-path', 'motion-transfer']).then(
    (text) => text.replace(/\r?\n$/, ''),
    () => null,
  );
  if (inGit == null || inGit === '') return join(workspace, '.motion-transfer');
  return isAbsolute(inGit) ? inGit : join(workspace, inGit);
}
