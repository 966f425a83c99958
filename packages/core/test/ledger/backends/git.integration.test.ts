import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEDGER_BRANCH } from '../../../src/ledger/backends/git/git.ts';
import { LedgerError, StoppedError } from '../../../src/model/errors.ts';
import { createNodePorts } from '../../../src/node/ports.ts';
import type { GitExit, GitPort } from '../../../src/ports.ts';
import { git, temporaryDirectory } from '../../media/support.ts';
import { withEnvironment } from '../../support/environment.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { appendLine, forever, linesOf } from '../ledger-line.ts';
import { testLedgerBackend } from './conformance.ts';
import { historyOf, makeGitPlace } from './git-remote.ts';
import { blobOf, entry, expectStopped, tamper } from './tampering.ts';

const ports = createNodePorts({ info: () => {}, warning: () => {} });
const makePlace = () => makeGitPlace(ports);

testLedgerBackend('a git repository', makePlace, `1-${'a'.repeat(16)}`);

describe('the branch', () => {
  test('has one commit for each write, by the product, with the message given', async () => {
    const place = await makePlace();
    const backend = place.open();
    for (const line of ['a', 'b', 'c']) await appendLine(backend, ports, line);
    expect(await historyOf(place.bare)).toHaveLength(3);
    const format = '--format=%an <%ae>|%cn <%ce>|%s';
    const author = 'Motion Transfer <ledger@motion-transfer.invalid>';
    expect((await git(place.bare, 'log', format, LEDGER_BRANCH)).split('\n')).toEqual(
      ['c', 'b', 'a'].map((line) => `${author}|${author}|Line ${line}`),
    );
    expect(await git(place.bare, 'fsck', '--strict', '--no-dangling')).not.toContain('error');
    expect(await git(place.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      `refs/heads/${LEDGER_BRANCH}`,
    );
  });

  test('is read again without reading again what is known', async () => {
    const place = await makePlace();
    const [backend, other] = [place.open(), place.open()];
    const texts = Array.from({ length: 300 }, (_, index) => [`many/${index}`, `text ${index}`]);
    const base = await backend.read(forever);
    await backend.swap(base, new Map(texts as [string, string][]), 'Many', forever);
    const inputs: string[] = [];
    const listening = {
      ...ports,
      git: {
        ...ports.git,
        execute: (...[directory, args, options]: Parameters<typeof ports.git.execute>) => {
          if (args.includes('cat-file')) inputs.push(options?.input ?? '');
          return ports.git.execute(directory, args, options);
        },
      },
    };
    const reader = place.openWith({}, listening);
    await reader.read(forever);
    await appendLine(other, ports, 'one-more');
    const version = await reader.read(forever);
    expect(version.files.size).toBe(302);
    expect(version.files.get('many/299')).toBe('text 299');
    await reader.read(forever);
    expect(inputs.map((input) => input.trim().split('\n').length)).toEqual([300, 1]);
  });

  test('leads back to a version of long ago, which is looked for step by step', async () => {
    const place = await makePlace();
    const first = (await appendLine(place.open(), ports, 'first')).version;
    const tree = await git(place.bare, 'rev-parse', `${LEDGER_BRANCH}^{tree}`);
    const commits = Array.from(
      { length: 200 },
      (_, number) =>
        `commit refs/heads/${LEDGER_BRANCH}\ncommitter T <t@t> ${number} +0000\ndata 0\n`,
    );
    const from = `from refs/heads/${LEDGER_BRANCH}^0\n`;
    await ports.git.run(
      place.bare,
      ['fast-import', '--quiet'],
      [commits[0], from, ...commits.slice(1)].join(''),
    );
    const commit = await place.tip();
    expect((await place.open(first.tip).read(forever)).tip).toBe(commit);
    const stranger = await git(place.bare, 'commit-tree', tree, '-m', 'a stranger');
    await expect(place.open(stranger).read(forever)).rejects.toThrow('rewritten or deleted');
    await expect(place.open('0'.repeat(40)).read(forever)).rejects.toThrow('rewritten or deleted');
  });
});

describe('a branch that was tampered with stops everything:', () => {
  test.each<[string, (bare: string) => Promise<string[]>, RegExp]>([
    ['a symbolic link', entry('120000', '/etc/passwd', 'link'), /"link" with mode 120000/],
    ['an executable', entry('100755', '#!/bin/sh', 'run'), /"run" with mode 100755/],
    ['a binary', entry('100644', 'a\0b', 'binary'), /binary, which is not text/],
    ['text in another encoding', entry('100644', Buffer.from([0xe4]), 'latin'), /not UTF-8/],
    ['half of UTF-8', entry('100644', Buffer.from('ü').subarray(0, 1), 'cut'), /not UTF-8/],
    ['a file of 9 MB', entry('100644', 'x'.repeat(9_000_000), 'huge'), /huge with 9000000 bytes/],
    ['a name with a space', entry('100644', '', 'a b'), /a file named "a b"/],
    ['a name with a control character', entry('100644', '', '"a\\033b"'), /named "a\\u001bb"/],
    ['a name beyond ASCII', entry('100644', '', 'ä'), /a file named/],
    ['two dots in a name', entry('100644', '', 'a..b'), /a file named "a..b"/],
    ['a long name', entry('100644', '', 'n'.repeat(201)), /a file named "nnn/],
    [
      'a submodule',
      async () => [`160000 commit ${'1'.repeat(40)}\tmodule`],
      /"module" with mode 160000/,
    ],
    [
      'more bytes than any ledger',
      async (bare) => {
        const blob = await blobOf(bare, 'x'.repeat(8 * 1_048_576));
        return Array.from({ length: 64 }, (_, index) => `100644 blob ${blob}\tn${index}`);
      },
      /more than 536870912 bytes/,
    ],
  ])('%s', (_name, entries, message) => expectStopped(entries, message));

  test('and starts again once it is mended by a new commit', async () => {
    const { place, backend } = await tamper(entry('120000', '/etc/passwd', 'link'));
    await expect(backend.read(forever)).rejects.toThrow(LedgerError);
    const tree = await git(place.bare, 'rev-parse', `${LEDGER_BRANCH}^^{tree}`);
    const args = ['commit-tree', tree, '-p', await place.tip(), '-m', 'Mended'];
    await place.setTip(await git(place.bare, ...args));
    expect(linesOf((await appendLine(backend, ports, 'second')).version)).toEqual([
      'first',
      'second',
    ]);
  });
});

describe('whoever may not write learns what to do:', () => {
  test.each(['pre-receive', 'update'])('a %s hook that declines', async (hook) => {
    const place = await makePlace();
    await mkdir(join(place.bare, 'hooks'), { recursive: true });
    await writeFile(
      join(place.bare, 'hooks', hook),
      '#!/bin/sh\necho protected here >&2\nexit 1\n',
    );
    await chmod(join(place.bare, 'hooks', hook), 0o755);
    await expect(appendLine(place.open(), ports, 'a')).rejects.toThrow(
      /cannot be written: .*protected here.*permissions: contents: write.*ledger: none/,
    );
  });

  test('a remote that is not there', async () => {
    const place = await makePlace();
    const backend = place.openWith({ remoteUrl: `${place.bare}.other` });
    await expect(backend.read(forever)).rejects.toThrow(/cannot be read: .*does not appear to be/);
  });

  test('a machine without git', async () => {
    const place = await makePlace();
    const execute = () => Promise.reject(new Error('git could not be started'));
    const backend = place.openWith({}, { ...ports, git: { ...ports.git, execute } });
    await expect(backend.read(forever)).rejects.toThrow('needs git');
  });
});

test.each([
  ['ext::sh -c "touch /tmp/owned"'],
  ['fd::7'],
  ['git://example.com/a/b.git'],
  ['http://example.com/a/b.git'],
  ['http://127.0.0.1.example.com/a/b.git'],
  ['ftp://example.com/a/b.git'],
  ['https://user:secret-word@example.com/a/b.git'],
  ['https://secret-word@example.com/a/b.git'],
  ['ssh://git:secret-word@example.com/a/b.git'],
  ['ssh://-oProxyCommand=x/a/b.git'],
  ['-oProxyCommand=x:a/b.git'],
  ['--upload-pack=touch /tmp/owned'],
  ['relative/path.git'],
  ['../path.git'],
  [''],
])('the remote %j is refused before git sees it, without repeating secrets', async (remoteUrl) => {
  const place = await makePlace();
  const open = () => place.openWith({ remoteUrl });
  expect(open).toThrow(LedgerError);
  expect(open).toThrow(/^(?!.*secret-word)/s);
});

test.each([
  'https://example.com/a/b.git',
  'ssh://git@example.com/a/b.git',
  'git@example.com:a/b.git',
])('the remote %j is taken', async (remoteUrl) => {
  const place = await makePlace();
  expect(place.openWith({ remoteUrl }).label).toBe(`branch ${LEDGER_BRANCH}`);
});

test.each(['-x', 'a..b', 'a b', 'a.lock', '', 'a/', 'a//b', '@{1}'])(
  'the branch %j is refused',
  async (branch) => {
    const place = await makePlace();
    expect(() => place.openWith({ branch })).toThrow(LedgerError);
  },
);

test('the remote may be a file URL, and the branch another one', async () => {
  const place = await makePlace();
  const backend = place.openWith({ remoteUrl: `file://${place.bare}`, branch: 'money/ledger' });
  await appendLine(backend, ports, 'a');
  expect(await git(place.bare, 'show', 'money/ledger:state.json')).toBe('a');
});

test('hooks that git would copy into every new repository do not run', async () => {
  const place = await makePlace();
  const template = await temporaryDirectory();
  const witness = join(template, 'witness');
  await mkdir(join(template, 'hooks'));
  for (const hook of ['pre-push', 'reference-transaction', 'post-checkout', 'pre-auto-gc']) {
    await writeFile(join(template, 'hooks', hook), `#!/bin/sh\necho ${hook} >> ${witness}\n`);
    await chmod(join(template, 'hooks', hook), 0o755);
  }
  const home = await temporaryDirectory();
  const config = `[init]\n templateDir = ${template}\n[core]\n hooksPath = ${template}/hooks\n[safe]\n bareRepository = explicit\n`;
  await writeFile(join(home, '.gitconfig'), config);
  await withEnvironment({ HOME: home, GIT_TEMPLATE_DIR: template }, async () => {
    // The far side is a repository of its own, with its own rules.
    await git(place.bare, '--git-dir=.', 'config', 'core.hooksPath', '/dev/null');
    await appendLine(place.open(), ports, 'a');
  });
  await expect(readFile(witness, 'utf8')).rejects.toThrow('ENOENT');
});

test('a git that surrounds us does not point ours elsewhere', async () => {
  const place = await makePlace();
  const elsewhere = await temporaryDirectory();
  const variables = {
    GIT_DIR: elsewhere,
    GIT_WORK_TREE: elsewhere,
    GIT_INDEX_FILE: join(elsewhere, 'index'),
    GIT_OBJECT_DIRECTORY: join(elsewhere, 'objects'),
    GIT_NAMESPACE: 'elsewhere',
  };
  await withEnvironment(variables, () => appendLine(place.open(), ports, 'a'));
  expect(await git(place.bare, 'show', `${LEDGER_BRANCH}:state.json`)).toBe('a');
  expect(await readdir(elsewhere)).toEqual([]);
});

test('a directory left by a process that was killed is not used again', async () => {
  const place = await makePlace();
  const constant = { ...ports, random: () => 0.5 };
  const first = place.openWith({}, constant);
  await first.read(forever);
  const [left = ''] = await readdir(place.temporaryDirectory);
  await writeFile(join(place.temporaryDirectory, left, 'shallow.lock'), '');
  await writeFile(join(place.temporaryDirectory, left, 'packed-refs.lock'), '');
  const second = place.openWith({}, constant);
  await appendLine(second, ports, 'a');
  await appendLine(place.openWith({}, constant), ports, 'b');
  await second.close();
  expect(await readdir(place.temporaryDirectory)).toContain(left);
});

test('a fetch that hangs is ended, and tried again in a fresh directory', async () => {
  const place = await makePlace();
  await appendLine(place.open(), ports, 'a');
  let fetches = 0;
  const hanging = {
    ...ports,
    git: {
      ...ports.git,
      execute: (...[directory, args, options]: Parameters<typeof ports.git.execute>) => {
        const isFetch = args.includes('fetch');
        if (isFetch) fetches += 1;
        if (!isFetch || fetches > 1) return ports.git.execute(directory, args, options);
        // git starts the other side through a shell, which here never answers.
        const hang = ['fetch', '--upload-pack=sleep 600 #', place.bare];
        return ports.git.execute(directory, hang, { ...options, timeoutMs: 300 });
      },
    },
  };
  const version = await place.openWith({}, hanging).read(forever);
  expect(linesOf(version)).toEqual(['a']);
  expect(fetches).toBe(2);
  expect((await readdir(place.temporaryDirectory)).length).toBeGreaterThan(2);
});

test('a run that is asked to stop ends a fetch under way', async () => {
  const place = await makePlace();
  const stop = new AbortController();
  const hanging = {
    ...ports,
    git: {
      ...ports.git,
      execute: (...[directory, args, options]: Parameters<typeof ports.git.execute>) => {
        if (!args.includes('fetch')) return ports.git.execute(directory, args, options);
        setImmediate(() => stop.abort());
        return ports.git.execute(
          directory,
          ['fetch', '--upload-pack=sleep 600 #', place.bare],
          options,
        );
      },
    },
  };
  await expect(place.openWith({}, hanging).read(stop.signal)).rejects.toThrow(StoppedError);
});

test('a push that is ended leaves nobody sure, and is found afterwards', async () => {
  const place = await makePlace();
  const stop = new AbortController();
  const hook = join(place.bare, 'hooks/post-receive');
  await mkdir(join(place.bare, 'hooks'), { recursive: true });
  await writeFile(hook, '#!/bin/sh\nexec sleep 600\n');
  await chmod(hook, 0o755);
  const backend = place.open();
  const base = await backend.read(forever);
  const swap = backend.swap(base, new Map([['a', '1']]), 'Test', stop.signal);
  while ((await git(place.bare, 'for-each-ref')) === '') await ports.clock.sleep(10);
  stop.abort();
  expect((await swap).kind).toBe('unclear');
  const found = await backend.read(forever);
  expect(found.files.get('a')).toBe('1');
  expect((await backend.swap(base, new Map([['a', '1']]), 'Test', forever)).kind).toBe('lost');
});

test('a remote that cannot be reached is tried for five minutes with growing waits, then named', async () => {
  const place = await makePlace();
  const clock = new VirtualClock();
  let refused: GitExit | null = null;
  // Asked once, the closed port says the same every time.
  const execute: GitPort['execute'] = async (directory, args, options) => {
    if (!args.includes('fetch')) return ports.git.execute(directory, args, options);
    refused ??= await ports.git.execute(directory, args, options);
    return refused;
  };
  const backend = place.openWith(
    { remoteUrl: 'http://127.0.0.1:9/a/b.git' },
    { ...ports, clock, git: { ...ports.git, execute } },
  );
  const reading = clock.run(backend.read(forever));
  await expect(reading).rejects.toThrow(
    /could not be read for minutes \(.*127\.0\.0\.1.*nothing is spent/,
  );
  expect(Math.max(...clock.waitsMs)).toBeLessThanOrEqual(8_000);
  expect(clock.waitsMs[0]).toBeLessThanOrEqual(300);
  const waitedMs = clock.waitsMs.reduce((sum, ms) => sum + ms, 0);
  expect(waitedMs).toBeGreaterThan(5 * 60_000 - 8_000);
  expect(waitedMs).toBeLessThanOrEqual(5 * 60_000);
});
