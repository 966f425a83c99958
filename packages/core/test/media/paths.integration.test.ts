import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveInside } from '../../src/media/paths.ts';
import { UnsafeError } from '../../src/model/errors.ts';
import { git, ports, temporaryDirectory } from './support.ts';

async function workspace(): Promise<string> {
  const parent = await temporaryDirectory();
  const root = join(parent, 'ws');
  await mkdir(join(root, 'in/deep'), { recursive: true });
  await mkdir(join(parent, 'ws-evil'));
  await writeFile(join(parent, 'ws-evil/secret'), 'secret');
  await writeFile(join(root, 'in/hero.png'), 'hero');
  await git(root, 'init', '-q');
  return root;
}

test('files of the repository resolve, and files that are still to be written', async () => {
  const root = await workspace();
  expect(await resolveInside(ports, root, 'in/hero.png')).toBe(join(root, 'in/hero.png'));
  expect(await resolveInside(ports, root, 'out/new/a.mp4')).toBe(join(root, 'out/new/a.mp4'));
});

test('links inside the repository resolve to what they mean', async () => {
  const root = await workspace();
  await symlink('hero.png', join(root, 'in/link.png'));
  await symlink('in', join(root, 'alias'));
  expect(await resolveInside(ports, root, 'in/link.png')).toBe(join(root, 'in/hero.png'));
  expect(await resolveInside(ports, root, 'alias/hero.png')).toBe(join(root, 'in/hero.png'));
  expect(await resolveInside(ports, root, 'alias/new.mp4')).toBe(join(root, 'in/new.mp4'));
});

test('a workspace that is a link itself is fine', async () => {
  const root = await workspace();
  await symlink(root, join(root, '../other'));
  const path = await resolveInside(ports, join(root, '../other'), 'in/hero.png');
  expect(path).toBe(join(root, 'in/hero.png'));
});

const LINKS: readonly (readonly [link: string, target: string, path: string])[] = [
  ['in/dance.mp4', '/proc/self/environ', 'in/dance.mp4'],
  ['in/dance.mp4', '../../ws-evil/secret', 'in/dance.mp4'],
  ['evil', '../ws-evil', 'evil/secret'],
  ['evil', '../ws-evil', 'evil/new.mp4'],
  ['in/dangling.mp4', '../../nowhere', 'in/dangling.mp4'],
  ['in/loop.mp4', 'loop.mp4', 'in/loop.mp4'],
  ['config', '.git/config', 'config'],
  ['directory.mp4', 'in/deep', 'directory.mp4'],
  ['zero.mp4', '/dev/zero', 'zero.mp4'],
];

test.each(LINKS)('a link %s to %s is refused', async (link, target, path) => {
  const root = await workspace();
  await symlink(target, join(root, link));
  await expect(resolveInside(ports, root, path)).rejects.toThrow();
});

test.each([
  '../ws-evil/secret',
  'in/../../ws-evil/secret',
  '/etc/passwd',
  'C:\\windows\\system.ini',
  'C:/windows/system.ini',
  '\\\\host\\share\\a.png',
  'in\\hero.png',
  'in/hero.png\0.mp4',
  '',
  '.',
  'in',
  '.git/config',
  '.GIT/config',
  'in/deep/.git/new',
])('the path %j is refused and named', async (path) => {
  const root = await workspace();
  const error = await resolveInside(ports, root, path).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UnsafeError);
  expect(error.message).toContain(JSON.stringify(path));
});
