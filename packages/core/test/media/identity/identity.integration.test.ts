import { createHash } from 'node:crypto';
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identifyFiles } from '../../../src/media/identity/identity.ts';
import type { GitPort } from '../../../src/ports.ts';
import { git, ports, temporaryDirectory } from '../support.ts';

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(content)}\nsize ${content.length}\n`;

async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory();
  await git(directory, 'init', '-q');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  await git(directory, 'add', '-A');
  await git(directory, 'commit', '-qm', 'first');
  return directory;
}

async function identityOf(directory: string, path: string): Promise<string | null | undefined> {
  return (await identifyFiles(ports, directory, [path])).get(path);
}

const blobId = (directory: string, path: string): Promise<string> =>
  git(directory, 'hash-object', '--no-filters', path);

test('a committed file has the id of its blob', async () => {
  const directory = await repository({ 'a/hero.png': 'hero' });
  expect(await identityOf(directory, 'a/hero.png')).toBe(
    `git:${await git(directory, 'rev-parse', 'HEAD:a/hero.png')}`,
  );
});

test('changed, staged and untracked files have the ids they would be committed with', async () => {
  const directory = await repository({ 'changed.png': 'a', 'staged.png': 'b', 'same.png': 'c' });
  await writeFile(join(directory, 'changed.png'), 'changed');
  await writeFile(join(directory, 'staged.png'), 'staged');
  await git(directory, 'add', 'staged.png');
  await writeFile(join(directory, 'new ü\n"x".png'), 'new');
  const paths = ['changed.png', 'staged.png', 'same.png', 'new ü\n"x".png', 'missing.png'];
  const identities = await identifyFiles(ports, directory, paths);
  for (const path of paths.slice(0, 4)) {
    expect(identities.get(path)).toBe(`git:${await blobId(directory, path)}`);
  }
  expect(identities.get('missing.png')).toBeNull();
});

test('a renamed file keeps its identity, before and after the commit', async () => {
  const directory = await repository({ 'old.png': 'hero' });
  const before = await identityOf(directory, 'old.png');
  await rename(join(directory, 'old.png'), join(directory, 'new.png'));
  expect(await identityOf(directory, 'new.png')).toBe(before);
  expect(await identityOf(directory, 'old.png')).toBeNull();
  await git(directory, 'add', '-A');
  await git(directory, 'commit', '-qm', 'rename');
  expect(await identityOf(directory, 'new.png')).toBe(before);
});

test('a file that was only touched keeps its identity', async () => {
  const directory = await repository({ 'hero.png': 'hero' });
  const before = await identityOf(directory, 'hero.png');
  await utimes(join(directory, 'hero.png'), 1, 1);
  expect(await identityOf(directory, 'hero.png')).toBe(before);
});

test('a change that keeps size and time is seen where git was asked to look away', async () => {
  const directory = await repository({ 'hero.png': 'hero' });
  await git(directory, 'update-index', '--assume-unchanged', 'hero.png');
  await writeFile(join(directory, 'hero.png'), 'zero');
  expect(await identityOf(directory, 'hero.png')).toBe(
    `git:${await blobId(directory, 'hero.png')}`,
  );
});

test('a file that sparse checkout left out is missing', async () => {
  const directory = await repository({ 'hero.png': 'hero' });
  await git(directory, 'update-index', '--skip-worktree', 'hero.png');
  await rm(join(directory, 'hero.png'));
  expect(await identityOf(directory, 'hero.png')).toBeNull();
});

test('a link inside the repository has the identity of its target', async () => {
  const directory = await repository({ 'hero.png': 'hero' });
  await symlink('hero.png', join(directory, 'link.png'));
  await git(directory, 'add', '-A');
  expect(await identityOf(directory, 'link.png')).toBe(await identityOf(directory, 'hero.png'));
});

test('a link that leads out of the repository is refused', async () => {
  const directory = await repository({ 'hero.png': 'hero' });
  await symlink('/proc/self/environ', join(directory, 'dance.mp4'));
  await expect(identityOf(directory, 'dance.mp4')).rejects.toThrow('leads out of the repository');
});

test('paths are relative to a workspace below the root of the repository', async () => {
  const directory = await repository({ 'game/hero.png': 'hero', 'game/bow.mp4': 'bow' });
  await writeFile(join(directory, 'game/bow.mp4'), 'deeper bow');
  const workspace = join(directory, 'game');
  expect(await identityOf(workspace, 'hero.png')).toBe(
    await identityOf(directory, 'game/hero.png'),
  );
  expect(await identityOf(workspace, 'bow.mp4')).toBe(`git:${await blobId(workspace, 'bow.mp4')}`);
});

test('a repository with sha256 objects is identified by them', async () => {
  const directory = await temporaryDirectory();
  await git(directory, 'init', '-q', '--object-format=sha256');
  await writeFile(join(directory, 'hero.png'), 'hero');
  const untracked = await identityOf(directory, 'hero.png');
  await git(directory, 'add', '-A');
  expect(untracked).toMatch(/^git:[0-9a-f]{64}$/);
  expect(await identityOf(directory, 'hero.png')).toBe(untracked);
});

const LFS = { '.gitattributes': '*.mp4 filter=lfs diff=lfs merge=lfs -text\n' };

test('a file of Git LFS is what its pointer says, fetched or not', async () => {
  const directory = await repository({ ...LFS, 'bow.mp4': pointerTo('bow') });
  const identity = `sha256:${sha256('bow')}`;
  expect(await identityOf(directory, 'bow.mp4')).toBe(identity);
  // What `git lfs pull` leaves behind: the content in place of the pointer.
  await writeFile(join(directory, 'bow.mp4'), 'bow');
  expect(await identityOf(directory, 'bow.mp4')).toBe(identity);
});

test('changed and new files of Git LFS have the id their pointer will carry', async () => {
  const directory = await repository({ ...LFS, 'bow.mp4': pointerTo('bow') });
  await writeFile(join(directory, 'bow.mp4'), 'deeper bow');
  await writeFile(join(directory, 'new.mp4'), 'new');
  await writeFile(join(directory, 'pointer.mp4'), pointerTo('elsewhere'));
  const paths = ['bow.mp4', 'new.mp4', 'pointer.mp4'];
  expect(await identifyFiles(ports, directory, paths)).toEqual(
    new Map([
      ['bow.mp4', `sha256:${sha256('deeper bow')}`],
      ['new.mp4', `sha256:${sha256('new')}`],
      ['pointer.mp4', `sha256:${sha256('elsewhere')}`],
    ]),
  );
});

test('a file committed past Git LFS keeps its blob id, even when touched', async () => {
  const directory = await repository({ 'bow.mp4': 'bow', 'binary.mp4': '\xff\0\xfe' });
  await writeFile(join(directory, '.gitattributes'), LFS['.gitattributes']);
  const paths = ['bow.mp4', 'binary.mp4'];
  const before = await identifyFiles(ports, directory, paths);
  expect(before.get('bow.mp4')).toBe(`git:${await blobId(directory, 'bow.mp4')}`);
  for (const path of paths) await utimes(join(directory, path), 1, 1);
  expect(await identifyFiles(ports, directory, paths)).toEqual(before);
});

test('outside git, files are hashed as git would', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'hero.png'), 'hero');
  const identities = await identifyFiles(ports, directory, ['hero.png', 'missing.png']);
  expect(identities.get('hero.png')).toBe(
    `git:${createHash('sha1').update('blob 4\0hero').digest('hex')}`,
  );
  expect(identities.get('missing.png')).toBeNull();
});

test('a git that fails is an error, never "not a repository"', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, '.git'), 'gitdir: nowhere\n');
  await expect(identifyFiles(ports, directory, ['hero.png'])).rejects.toThrow(
    'not a git repository',
  );
});

test('five hundred files cost a handful of processes', async () => {
  const files = Array.from({ length: 500 }, (_, index) => [
    `m/${index}.mp4`,
    pointerTo(`${index}`),
  ]);
  const directory = await repository({ ...LFS, ...Object.fromEntries(files) });
  const commands: string[] = [];
  const counting: GitPort = {
    ...ports.git,
    run: (at, args, input) => {
      commands.push(args[0] ?? '');
      return ports.git.run(at, args, input);
    },
  };
  const paths = files.map(([path]) => path ?? '');
  const identities = await identifyFiles({ ...ports, git: counting }, directory, paths);
  expect(identities.get('m/499.mp4')).toBe(`sha256:${sha256('499')}`);
  expect(identities.size).toBe(500);
  expect(commands.length).toBeLessThanOrEqual(6);
});
