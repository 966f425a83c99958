import { basename, dirname, join } from 'node:path';
import type { FilePort } from '../../ports.ts';

/**
 * The same files, of which each path is looked at once: thousands of outputs share their directories. For the
 * checks of one plan; whoever reads or writes a file looks at it again.
 */
export function lookOnce(files: FilePort): FilePort {
  const stat = rememberEach((path) => files.stat(path));
  const realPath = rememberEach(async (path) => {
    const parent = dirname(path);
    if (parent === path) return files.realPath(path);
    const real = join(await realPath(parent), basename(path));
    const found = await stat(real);
    // A link, or something else that only the file system can follow.
    return found?.kind === 'other' ? files.realPath(real) : real;
  });
  const whyNotWritable = rememberEach((directory) => files.whyNotWritable(directory));
  return { ...files, stat, realPath, whyNotWritable };
}

function rememberEach<Value>(
  look: (path: string) => Promise<Value>,
): (path: string) => Promise<Value> {
  const answers = new Map<string, Promise<Value>>();
  return (path) => {
    const known = answers.get(path);
    if (known != null) return known;
    const answer = look(path);
    answers.set(path, answer);
    return answer;
  };
}
