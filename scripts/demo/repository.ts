import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A real git repository made from `examples/`. */
export function createRepository(examples: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  cpSync(examples, directory, { recursive: true });
  git(directory, 'init', '--quiet', '--initial-branch', 'main');
  commitAll(directory, 'Add characters, motions and the config');
}

/** The image with one more comment in it: other bytes, so another character. */
export function changeCharacter(directory: string, path: string, comment: string): void {
  const file = join(directory, path);
  const image = readFileSync(file);
  const data = Buffer.from(`tEXtComment\0${comment}`, 'latin1');
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  // A PNG begins with its 8-byte signature and the 25-byte IHDR chunk.
  writeFileSync(file, Buffer.concat([image.subarray(0, 33), chunk, image.subarray(33)]));
}

export function commitAll(directory: string, message: string): void {
  git(directory, 'add', '--all');
  git(
    directory,
    '-c',
    'user.name=Example',
    '-c',
    'user.email=example@example.com',
    'commit',
    '--quiet',
    '--allow-empty',
    '--message',
    message,
  );
}

/** A checkout of its own, as on another machine: only what is committed. */
export function cloneRepository(directory: string, target: string): string {
  rmSync(target, { recursive: true, force: true });
  git(directory, 'clone', '--quiet', directory, target);
  return target;
}

/** What a run committed at the server becomes the commit of the checkout, whose files are those already. */
export function takeCommit(directory: string, server: string): void {
  git(directory, 'fetch', '--quiet', server, 'main');
  git(directory, 'reset', '--quiet', 'FETCH_HEAD');
}

/** The branch becomes what a merge without a commit of its own makes of it. Returns its commit. */
export function mergeBranch(directory: string, branch: string): string {
  git(directory, 'checkout', '--quiet', 'main');
  git(directory, 'merge', '--quiet', '--ff-only', branch);
  return headOf(directory);
}

export function publish(directory: string, server: string): void {
  git(directory, 'push', '--quiet', server, 'main');
}

/** Paths and sizes of what the newest commit brought. */
export function describeCommit(directory: string): string {
  return git(directory, 'show', '--stat=100', '--format=%h %an: %s', 'HEAD').trim();
}

export function readCommitted(directory: string, branch: string, path: string): Buffer {
  return execFileSync('git', ['-C', directory, 'cat-file', 'blob', `${branch}:${path}`], {
    maxBuffer: 1024 ** 3,
  });
}

/** Brings what was committed in a clone back. */
export function pullFrom(directory: string, clone: string): void {
  git(directory, 'pull', '--quiet', '--ff-only', clone, 'HEAD');
}

export function checkoutBranch(directory: string, branch: string): void {
  git(directory, 'checkout', '--quiet', '-b', branch);
}

export function headOf(directory: string): string {
  return git(directory, 'rev-parse', 'HEAD').trim();
}

export function appendTo(directory: string, path: string, text: string): void {
  appendFileSync(join(directory, path), text);
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
}
