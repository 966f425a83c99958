import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../src/index.ts';

const run = promisify(execFile);

/** Filters named on the command line: nothing of the machine's own configuration is needed. */
const FILTERS = [
  ...['-c', 'filter.lfs.process=git-lfs filter-process'],
  ...['-c', 'filter.lfs.required=true'],
];

/** `bash scripts/install-test-packages.sh` installs it, as `.ci/run` does. */
const hasGitLfs = spawnSync('git', ['lfs', 'version'], { stdio: 'ignore' }).status === 0;

async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'emulator-lfs-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const bare = join(directory, 'bare.git');
  const work = join(directory, 'work');
  const git = (token: string, cwd: string, ...args: string[]) =>
    run(
      'git',
      [
        ...FILTERS,
        ...['-c', 'user.name=t', '-c', 'user.email=t@example.com'],
        ...['-c', `http.extraHeader=Authorization: Basic ${btoa(`x-access-token:${token}`)}`],
        ...args,
      ],
      {
        cwd,
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_TERMINAL_PROMPT: '0',
        },
      },
    );
  const access = { tokens: { write: ['writer'], read: ['reader'] } };
  const url = emulator.serveGit('octo/animations', bare, access);
  await git('', directory, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  await git('', directory, 'init', '--quiet', '--initial-branch=main', work);
  mkdirSync(join(work, 'animations'));
  writeFileSync(join(work, '.gitattributes'), '*.mp4 filter=lfs diff=lfs merge=lfs -text\n');
  const video = Buffer.from('the bytes of a video');
  writeFileSync(join(work, 'animations/wave.mp4'), video);
  await git('', work, 'add', '--all');
  await git('', work, 'commit', '--quiet', '--message', 'one');
  const oid = createHash('sha256').update(video).digest('hex');
  return { emulator, directory, bare, work, git, url, video, oid };
}

describe.skipIf(!hasGitLfs)('the emulated Git LFS', () => {
  test('takes an object from the real git-lfs and gives it back to another one', async () => {
    const { directory, work, git, url, video, oid } = await start();
    await git('writer', work, 'lfs', 'push', '--object-id', url, oid);
    await git('writer', work, 'push', '--quiet', '--no-verify', url, 'main');
    await git('reader', directory, 'clone', '--quiet', url, 'copy');
    expect(readFileSync(join(directory, 'copy/animations/wave.mp4'))).toEqual(video);
  });

  test('refuses an upload with a token that may only read, and a download of what is not there', async () => {
    const { bare, directory, work, git, url, oid } = await start();
    const refused = git('reader', work, 'lfs', 'push', '--object-id', url, oid);
    await expect(refused).rejects.toThrow(/Authorization error/);
    expect(existsSync(join(bare, 'lfs'))).toBe(false);
    await git('writer', work, 'push', '--quiet', '--no-verify', url, 'main');
    const missing = git('reader', directory, 'clone', '--quiet', url, 'copy');
    await expect(missing).rejects.toThrow(/Object does not exist/);
  });
});
