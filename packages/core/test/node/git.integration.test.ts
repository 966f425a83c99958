import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startForwardProxy } from '@motion-transfer/emulator';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MotionTransferError } from '../../src/model/errors.ts';
import { createNodeGit } from '../../src/node/git.ts';
import { git as realGit, temporaryDirectory } from '../media/support.ts';

const git = createNodeGit();
afterEach(() => vi.unstubAllEnvs());
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

test.each([
  ['core.fsmonitor', (program: string) => program],
  ['filter.evil.clean', (program: string) => program],
  ['filter.evil.process', (program: string) => program],
  ['filter.a=b.clean', (program: string) => program],
  ['filter.lfs.clean', (program: string) => `git-lfs clean -- %f; ${program}`],
  ['core.sshCommand', (program: string) => program],
  ['diff.external', (program: string) => program],
  ['credential.helper', (program: string) => `!${program}`],
  ['remote.origin.uploadpack', (program: string) => program],
])('no program that the configuration of a work tree names is started: %s', async (key, write) => {
  const at = await temporaryDirectory();
  const seen = join(await temporaryDirectory(), 'seen');
  await realGit(at, 'init', '-q');
  await writeFile(join(at, 'clip.mp4'), 'a clip');
  await realGit(at, 'add', '.');
  const driver = /^filter\.(.+)\./.exec(key)?.[1] ?? 'none';
  await writeFile(join(at, '.git/info/attributes'), `* filter=${driver}\n`);
  const value = write(`touch ${seen}`);
  await realGit(at, 'config', key, value);
  await realGit(at, 'config', 'remote.origin.url', 'ssh://127.0.0.1:9/none.git');
  // Same size, other time: git has to read it, through the filter that is named for it.
  await writeFile(join(at, 'clip.mp4'), 'A CLIP');
  await git.run(at, ['diff-files', '--name-only', '-z']);
  await git.run(at, ['hash-object', 'clip.mp4']);
  await git.run(at, ['ls-files', '-co', '--exclude-standard']);
  await git.execute(at, ['fetch', 'origin']);
  if (key === 'remote.origin.uploadpack') {
    await realGit(at, 'config', 'remote.origin.url', at);
    await git.execute(at, ['fetch', 'origin']);
  }
  expect(existsSync(seen)).toBe(false);
});

describe('git behind a proxy', () => {
  const URL = 'https://git.example.com:8443/a.git';
  const startProxy = async () => {
    const proxy = await startForwardProxy(() => ({ status: 403 }));
    onTestFinished(() => proxy.close());
    vi.stubEnv('HTTPS_PROXY', proxy.origin);
    vi.stubEnv('https_proxy', '');
    vi.stubEnv('no_proxy', '');
    return proxy;
  };
  const askRemote = async () =>
    git.execute(await temporaryDirectory(), ['ls-remote', URL], { remoteUrl: URL });

  test.each(['', 'git.example.com:443', 'it.example.com'])(
    'goes through it with NO_PROXY=%s, as requests of ours do',
    async (list) => {
      const proxy = await startProxy();
      vi.stubEnv('NO_PROXY', list);
      expect((await askRemote()).errorText).toMatch(/403/);
      expect(proxy.connects).toEqual(['git.example.com:8443']);
    },
  );

  test.each(['*.example.com', '.example.com', 'example.com', 'git.example.com:8443', 'x.org *'])(
    'goes past it with NO_PROXY=%s, as requests of ours do',
    async (list) => {
      const proxy = await startProxy();
      vi.stubEnv('NO_PROXY', list);
      expect((await askRemote()).exitCode).not.toBe(0);
      expect(proxy.connects).toEqual([]);
    },
  );

  test('is not started where the proxy is none', async () => {
    vi.stubEnv('https_proxy', 'http://me:super/secret@127.0.0.1:9');
    await expect(askRemote()).rejects.toThrow(/^https_proxy is not a proxy that can be used/);
  });

  test.each([URL, 'git@git.example.com:8443/a.git'])(
    'reaches the origin of a work tree through it: %s',
    async (origin) => {
      const proxy = await startProxy();
      vi.stubEnv('NO_PROXY', '');
      const at = await temporaryDirectory();
      await realGit(at, 'init', '-q');
      await realGit(at, 'config', 'remote.origin.url', origin);
      const fetched = await git.execute(at, ['ls-remote', URL]);
      expect(fetched.errorText).toMatch(/403/);
      expect(proxy.connects).toEqual(['git.example.com:8443']);
    },
  );
});

test('git is started with the variables it needs, and no others', async () => {
  const at = await temporaryDirectory();
  const variables = {
    EMPIRIOLABS_API_KEY: 'a-key-of-a-provider',
    GIT_EXTERNAL_DIFF: 'false',
    GIT_ASKPASS: 'false',
    GIT_DIR: '/nowhere',
    LD_AUDIT: '/nowhere.so',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    no_proxy: 'localhost',
    ALL_PROXY: 'http://127.0.0.1:9',
    SSL_CERT_FILE: '/etc/certificates.pem',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    const alias = ['-c', 'alias.show-environment=!env', 'show-environment'];
    const shown = (await git.run(at, alias)).split('\n');
    const names = shown.map((line) => line.split('=')[0]);
    for (const name of ['SSL_CERT_FILE', 'GIT_LFS_SKIP_SMUDGE', 'PATH'])
      expect(names).toContain(name);
    for (const name of ['EMPIRIOLABS_API_KEY', 'GIT_EXTERNAL_DIFF', 'GIT_ASKPASS', 'LD_AUDIT'])
      expect(names).not.toContain(name);
    expect(shown).not.toContain('GIT_DIR=/nowhere');
    // Without a remote nothing is reached.
    expect(names.filter((name) => /proxy/i.test(name ?? ''))).toEqual([]);
  } finally {
    process.env = before;
  }
});

/** Writes down how it was called and what it could read, and passes the content on. */
const FAKE_LFS = `#!/bin/sh
seen="$(dirname "$0")/seen"
{ echo "called: $*"; env | grep ^GIT_LFS; echo "agent: $(git config --get lfs.standalonetransferagent)"; } >> "$seen"
program="$(git config --get lfs.extension.evil.clean)"
test -n "$program" && $program
test "$GIT_LFS_SKIP_SMUDGE" = 1 || $(git config --get lfs.customtransfer.evil.path)
cat
`;

test.each([
  ['lfs.customtransfer.evil.path', 'lfs.standalonetransferagent'],
  ['lfs.extension.evil.clean', 'lfs.extension.evil.smudge'],
])('git-lfs transfers nothing, and starts no program of the work tree: %s, %s', async (...keys) => {
  const at = await temporaryDirectory();
  const tools = await temporaryDirectory();
  await writeFile(join(tools, 'git-lfs'), FAKE_LFS);
  await chmod(join(tools, 'git-lfs'), 0o755);
  const before = process.env;
  // A machine with git-lfs may name its own filters.
  const alone = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  process.env = { ...before, ...alone, PATH: `${tools}:${before.PATH}` };
  try {
    await realGit(at, 'init', '-q');
    await realGit(at, 'config', 'filter.lfs.clean', 'git-lfs clean -- %f');
    await realGit(at, 'config', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
    await writeFile(join(at, '.gitattributes'), '*.mp4 filter=lfs\n');
    await writeFile(join(at, '.lfsconfig'), '[lfs]\n\turl = https://127.0.0.1:9/stranger\n');
    await writeFile(join(at, 'clip.mp4'), 'a clip');
    await realGit(at, 'add', '.');
    await writeFile(join(tools, 'seen'), '');
    for (const key of keys) await realGit(at, 'config', key, `touch ${tools}/started`);

    await git.run(at, ['checkout', '-f', '--', 'clip.mp4']);
    await writeFile(join(at, 'clip.mp4'), 'A CLIP');
    await git.run(at, ['hash-object', 'clip.mp4']);
    await writeFile(join(at, 'clip.mp4'), 'a clip');
    await git.run(at, ['checkout', '-f', '--', 'clip.mp4']);

    expect(existsSync(join(tools, 'started'))).toBe(false);
    expect(await readFile(join(at, 'clip.mp4'), 'utf8')).toBe('a clip');
    const seen = await readFile(join(tools, 'seen'), 'utf8');
    for (const call of seen.split('called: ').slice(1))
      expect(call).toMatch(/GIT_LFS_SKIP_SMUDGE=1\nagent: \n/);
  } finally {
    process.env = before;
  }
});

// Only root can give files to another user.
test.skipIf(process.getuid?.() !== 0)(
  'a work tree of another user is read, and no program that it names is started',
  async () => {
    const at = await temporaryDirectory();
    const seen = join(await temporaryDirectory(), 'seen');
    await realGit(at, 'init', '-q');
    await writeFile(join(at, 'clip.mp4'), 'a clip');
    await realGit(at, 'add', '.');
    await realGit(at, 'config', 'core.fsmonitor', `touch ${seen}`);
    await chown(at, 12345, 12345);
    await chown(join(at, '.git'), 12345, 12345);
    await mkdir(join(at, 'sub'));
    expect(await git.run(join(at, 'sub'), ['ls-files', '--full-name', '..'])).toBe('clip.mp4\n');
    expect(existsSync(seen)).toBe(false);
  },
);

test('a git that is too old for that is named, with what to do', async () => {
  const at = await temporaryDirectory();
  const bin = await temporaryDirectory();
  const refusal = `fatal: unsafe repository ('${at}' is owned by someone else)`;
  await writeFile(join(bin, 'git'), `#!/bin/sh\necho "${refusal}" >&2\nexit 128\n`);
  await chmod(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  await expect(git.run(at, ['ls-files'])).rejects.toThrow(
    /belongs to another user .* install git 2\.38 or newer, or run `git config --global --add/,
  );
});
