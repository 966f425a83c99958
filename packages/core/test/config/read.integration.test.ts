import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listRepositoryFiles } from '../../src/config/list-files.ts';
import { readConfig } from '../../src/config/read.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { git, ports, temporaryDirectory } from '../media/support.ts';
import { configWith, FILES, PROVIDERS } from './support.ts';

async function workspaceWith(files: Readonly<Record<string, string>>): Promise<string> {
  const workspace = await temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), content);
  }
  return workspace;
}

const read = (workspace: string, path: string | null = null) =>
  readConfig(ports, { workspace, path, inputs: {}, providers: PROVIDERS, files: FILES });

const GOOD = configWith('');

test.each(['yml', 'yaml'])('.github/motion-transfer.%s is found', async (extension) => {
  const path = `.github/motion-transfer.${extension}`;
  const { config } = await read(await workspaceWith({ [path]: GOOD }));
  expect(config.file).toBe(path);
  expect(config.transfers[0]?.position).toEqual({ file: path, line: 4, column: 5 });
});

test('.github/motion-transfer.json is found', async () => {
  const json = JSON.stringify({
    version: 1,
    provider: 'fal',
    transfers: [{ character: 'a.png', motion: 'b.mp4', output: 'c.mp4' }],
  });
  const { config } = await read(await workspaceWith({ '.github/motion-transfer.json': json }));
  expect(config.transfers).toHaveLength(1);
});

test('a path of ones own is read', async () => {
  const { config } = await read(await workspaceWith({ 'game/anim.yml': GOOD }), 'game/anim.yml');
  expect(config.file).toBe('game/anim.yml');
});

test('two configs at once are refused', async () => {
  const workspace = await workspaceWith({
    '.github/motion-transfer.yml': GOOD,
    '.github/motion-transfer.json': GOOD,
  });
  await expect(read(workspace)).rejects.toThrow(
    '.github/motion-transfer.yml and .github/motion-transfer.json are both there: keep one',
  );
});

test('the errors of a file carry file, line and column', async () => {
  const workspace = await workspaceWith({ 'a.yml': GOOD.replace('fal', 'kling') });
  await expect(read(workspace, 'a.yml')).rejects.toThrow('a.yml:2:11: provider: "kling" is not');
});

test.each([
  ['missing.yml', 'there is no such file'],
  ['../outside.yml', '.. is refused'],
  ['/etc/passwd', 'without the leading /'],
  ['directory', 'is not a regular file'],
  ['link.yml', 'leads out of the repository'],
  ['huge.yml', 'at most 65536'],
  ['binary.yml', 'is not UTF-8 text'],
])('the config path %s is refused', async (path, reason) => {
  const workspace = await workspaceWith({ 'huge.yml': '#'.repeat(70_000), 'directory/x': '' });
  await symlink('/etc/hostname', join(workspace, 'link.yml'));
  await writeFile(join(workspace, 'binary.yml'), Buffer.from([0xff, 0xfe, 0x00]));
  const error = await read(workspace, path).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).toContain(reason);
});

test('the files of a repository are those in git and the new ones that are not ignored', async () => {
  const workspace = await workspaceWith({
    '.gitignore': 'out/\n',
    'b.png': '',
    'a/ü x.png': '',
    'out/c.png': '',
    'Z.png': '',
  });
  await git(workspace, 'init', '-q');
  await git(workspace, 'add', 'b.png');
  expect(await listRepositoryFiles(ports, workspace)).toEqual([
    '.gitignore',
    'Z.png',
    'a/ü x.png',
    'b.png',
  ]);
});

test('outside git, the files are found by walking, without following links', async () => {
  const workspace = await workspaceWith({ 'b/c.png': '', 'a.png': '', 'node_modules/x/y.png': '' });
  await symlink('/', join(workspace, 'root'));
  expect(await listRepositoryFiles(ports, workspace)).toEqual(['a.png', 'b/c.png']);
});
