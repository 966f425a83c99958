import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../src/model/errors.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import { lookOnce } from '../../../src/plan/gather/look-once.ts';
import type { FilePort } from '../../../src/ports.ts';
import { temporaryDirectory } from '../../media/support.ts';

const { files } = createNodePorts({ info: () => {}, warning: () => {} });

async function makeTree(): Promise<string> {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'real/inner'), { recursive: true });
  await writeFile(join(root, 'real/file.mp4'), 'x');
  await symlink('real', join(root, 'link'));
  await symlink('file.mp4', join(root, 'real/alias.mp4'));
  await symlink('../link/inner', join(root, 'real/round'));
  await symlink('/nowhere/at/all', join(root, 'dangling'));
  await symlink('self', join(root, 'self'));
  return root;
}

describe('a path that is looked at once', () => {
  test.each([
    'real/file.mp4',
    'real/absent.mp4',
    'real/absent/absent.mp4',
    'real/file.mp4/below.mp4',
    'link',
    'link/file.mp4',
    'link/alias.mp4',
    'link/round/new.mp4',
    'dangling',
    'dangling/new.mp4',
    'self',
    'self/new.mp4',
    '',
  ])('leads where the file system leads (%s)', async (path) => {
    const root = await makeTree();
    const once = lookOnce(files);
    // Of a link to itself only the place that is named differs.
    const answerOf = (port: FilePort) =>
      port.realPath(join(root, path)).catch((error) => messageOf(error).split(',')[0]);
    const answer = await answerOf(files);
    expect(await answerOf(once)).toBe(answer);
    expect(await answerOf(once)).toBe(answer);
  });

  test('costs one look for each file and each directory, however many share it', async () => {
    const root = await makeTree();
    const looks: string[] = [];
    const once = lookOnce({
      ...files,
      stat: (path) => {
        looks.push(path);
        return files.stat(path);
      },
    });
    const paths = Array.from({ length: 200 }, (_, n) => join(root, `link/inner/${n}.mp4`));
    for (const path of [...paths, ...paths]) await once.realPath(path);
    expect(looks).toHaveLength(new Set(looks).size);
    expect(looks.length).toBeLessThan(220);
  });
});
