import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MotionTransferError } from '../../src/model/errors.ts';
import { createNodeGit } from '../../src/node/git.ts';
import { git as realGit, temporaryDirectory } from '../media/support.ts';

const git = createNodeGit();
const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

test('input goes in, output comes out, megabytes of it too', async () => {
  const at = await temporaryDirectory();
  await realGit(at, 'init', '-q');
  const content = 'ü'.repeat(2_000_000);
  const id = (await git.run(at, ['hash-object', '-w', '--stdin'], content)).trim();
  expect(await git.run(at, ['cat-file', 'blob', id])).toBe(content);
});

test('a failure carries the words of git', async () => {
  const at = await temporaryDirectory();
  const error = await git.run(at, ['rev-parse', 'HEAD']).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(MotionTransferError);
  expect(error.message).toMatch(/git rev-parse failed with exit code 128: fatal: not a git repo/);
});

test('a directory that is not there is an error of its own', async () => {
  await expect(git.run('/nowhere/at/all', ['status'])).rejects.toThrow('could not be started');
});

test('hooks of the repository never run', async () => {
  const at = await temporaryDirectory();
  await realGit(at, 'init', '-q');
  await mkdir(join(at, '.git/hooks'), { recursive: true });
  await writeFile(join(at, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n');
  await chmod(join(at, '.git/hooks/pre-commit'), 0o755);
  await git.run(at, [...IDENTITY, 'commit', '--allow-empty', '-qm', 'first']);
  expect((await git.run(at, ['log', '--format=%s'])).trim()).toBe('first');
});

test('a password that is missing is a failure, not a question', async () => {
  const at = await temporaryDirectory();
  await realGit(at, 'init', '-q');
  await expect(git.run(at, ['fetch', 'https://127.0.0.1:9/none.git'])).rejects.toThrow('git fetch');
});
