import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitAccess, scriptedFaults } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../src/model/errors.ts';
import { git, temporaryDirectory } from '../../media/support.ts';
import { withEnvironment } from '../../support/environment.ts';
import { startServer } from '../../support/server.ts';
import { appendLine, forever, linesOf } from '../ledger-line.ts';
import { isFetch, isPush, makeHttpPlace, ports, TOKEN } from './git-http.ts';
import { historyOf } from './git-remote.ts';

const ENCODED = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

describe('a bad network', () => {
  test.each([
    // curl itself sends once more what got no answer on a connection that was used before.
    ['dropped', ['dropped', 'dropped'], false],
    ['unavailable', ['unavailable'], false],
    ['answer-lost', ['answer-lost'], true],
    ['truncated', ['truncated'], true],
  ] as const)(
    'makes a push unclear (%s), and reading again tells',
    async (_name, faults, isThere) => {
      const place = await makeHttpPlace(scriptedFaults(faults, isPush));
      const backend = place.open();
      const base = await backend.read(forever);
      const outcome = await backend.swap(base, new Map([['a', '1']]), 'Test', forever);
      expect(outcome.kind).toBe('unclear');
      const found = await backend.read(forever);
      expect(found.files.has('a')).toBe(isThere);
      const again = await backend.swap(found, new Map([['b', '2']]), 'Test', forever);
      expect(again.kind).toBe('swapped');
      expect(await historyOf(place.bare)).toHaveLength(isThere ? 2 : 1);
    },
  );

  test('never makes an empty ledger look like no git server, however often the second look fails', async () => {
    const eachLook = [undefined, undefined, 'unavailable'] as const;
    const place = await makeHttpPlace(
      scriptedFaults([...eachLook, ...eachLook, ...eachLook, ...eachLook], isFetch),
    );
    expect((await place.open().read(forever)).tip).toBeNull();
    expect(place.proxy.counts.unavailable).toBe(4);
  });

  test.each(['dropped', 'unavailable', 'truncated'] as const)(
    'does not keep the whole history from being read (%s)',
    async (fault) => {
      const left = [fault, fault, fault];
      let isFaulty = false;
      const place = await makeHttpPlace((request) =>
        isFaulty && isFetch(request) ? left.shift() : undefined,
      );
      for (const line of ['a', 'b', 'c']) await appendLine(place.open(), ports, line);
      const backend = place.open();
      await backend.read(forever);
      isFaulty = true;
      const versions: string[] = [];
      const wanted = { since: [], isWanted: () => true };
      for await (const { version } of backend.changes?.(wanted, forever) ?? [])
        versions.push(version);
      expect(versions).toEqual(await historyOf(place.bare));
      expect(place.proxy.counts[fault]).toBe(3);
    },
  );
});

describe('who may not write learns it at once', () => {
  test.each<[string, GitAccess, string, RegExp]>([
    [
      'with a token that may only read',
      { tokens: { read: [TOKEN] } },
      TOKEN,
      /cannot be written: .*403.*permissions: contents: write.*ledger: none.*othing more is bought/s,
    ],
    ['with a token that is not known', { tokens: { write: ['other'] } }, TOKEN, /cannot be read/],
  ])('%s', async (_name, access, token, message) => {
    const place = await makeHttpPlace(undefined, access);
    const appending = appendLine(place.openWith({ token }), ports, 'a');
    await expect(appending).rejects.toThrow(message);
    await expect(appending).rejects.toThrow(LedgerError);
  });

  test('without a token', async () => {
    const place = await makeHttpPlace();
    const backend = place.openWith({ token: null });
    await expect(backend.read(forever)).rejects.toThrow(/cannot be read: .*token/s);
  });

  test('for a repository that is not there', async () => {
    const place = await makeHttpPlace();
    const backend = place.openWith({ remoteUrl: place.url.replace('animations', 'others') });
    await expect(backend.read(forever)).rejects.toThrow(/cannot be read: .*not found/s);
  });

  test('by a rule of the branch', async () => {
    const place = await makeHttpPlace();
    const hook = join(place.bare, 'hooks/pre-receive');
    await mkdir(join(place.bare, 'hooks'), { recursive: true });
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    const appending = appendLine(place.open(), ports, 'a');
    await expect(appending).rejects.toThrow(/hook declined.*the rules of the branch/s);
  });

  test('but asked to slow down it tries again', async () => {
    let requests = 0;
    const place = await makeHttpPlace();
    const server = await startServer((response) => {
      requests += 1;
      const location = `${place.proxy.origin}`;
      if (requests > 2) response.writeHead(302, { location }).end();
      else response.writeHead(429, { 'retry-after': '1' }).end('You have exceeded a rate limit.');
    });
    const remoteUrl = place.url.replace(place.proxy.origin, server.origin);
    await expect(place.openWith({ remoteUrl }).read(forever)).rejects.toThrow(/302|redirect/);
    expect(requests).toBe(3);
  });
});

describe('the token', () => {
  test('is in no argument, no file and no error, and goes to no other address', async () => {
    const place = await makeHttpPlace();
    const tools = await temporaryDirectory();
    const [calls, trace] = [join(tools, 'calls'), join(tools, 'trace')];
    const real = (await git(tools, '--exec-path')).trim();
    // Notes every call and every program that git itself starts.
    await writeFile(
      join(tools, 'git'),
      `#!/bin/sh\nprintf '%s\\n' "$*" >> ${calls}\nGIT_TRACE=${trace} exec ${real}/git "$@"\n`,
    );
    await chmod(join(tools, 'git'), 0o755);
    const backend = place.open();
    await withEnvironment({ PATH: `${tools}:${process.env.PATH}` }, async () => {
      await appendLine(backend, ports, 'a');
      await appendLine(backend, ports, 'b');
    });

    const noted = `${await readFile(calls, 'utf8')}${await readFile(trace, 'utf8')}`;
    expect(noted).toMatch(/fetch .*refs\/heads\/motion-transfer-ledger/);
    expect(noted).toMatch(/push .*--porcelain/);
    expect(noted).toContain(`git remote-http ${place.url}`);
    expectNoToken(noted);
    const grep = ['grep', '--text', '--count', '--no-index', '-F'];
    for (const secret of [TOKEN, ENCODED]) {
      const found = git(place.temporaryDirectory, ...grep, '-e', secret, '.');
      await expect(found).rejects.toThrow('Command failed');
    }
    await expect(git(place.temporaryDirectory, ...grep, '-e', 'bare = true', '.')).resolves.toMatch(
      /config:1/,
    );
  });

  test('is not taken to a place that does not speak git, which is no empty ledger', async () => {
    const place = await makeHttpPlace();
    const server = await startServer((response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Please sign in</p>');
    });
    const backend = place.openWith({ remoteUrl: `${server.origin}/a/b.git` });
    await expect(backend.read(forever)).rejects.toThrow(/not as a git server does/);
  });

  test.each([
    ['403', (said: string) => ({ status: 403, body: said, headers: {} })],
    [
      '401',
      (said: string) => ({
        status: 401,
        body: said,
        headers: { 'www-authenticate': `Basic realm="${said}"` },
      }),
    ],
    [
      '302',
      (said: string) => ({
        status: 302,
        body: said,
        headers: { location: `/${encodeURIComponent(said)}` },
      }),
    ],
  ])('is taken out of what a server repeats (%s)', async (_name, answer) => {
    const place = await makeHttpPlace();
    const server = await startServer((response, { headers }) => {
      const said = `you sent ${headers.authorization} which is ${TOKEN} and ${encodeURIComponent(TOKEN)}`;
      const { status, body, headers: more } = answer(said);
      response.writeHead(status, { 'content-type': 'text/plain', ...more }).end(body);
    });
    const backend = place.openWith({ remoteUrl: `${server.origin}/a/b.git` });
    const error = await backend.read(forever).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(LedgerError);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${ENCODED}`);
    expectNoToken(`${error.message}${error.stack}${JSON.stringify(error)}`);
  });

  test('is not sent on to where a server points', async () => {
    const place = await makeHttpPlace();
    const other = await startServer((response) => response.writeHead(404).end());
    const server = await startServer((response, { url }) => {
      response.writeHead(302, { location: `${other.origin}${url}` }).end();
    });
    const backend = place.openWith({ remoteUrl: `${server.origin}/a/b.git` });
    await expect(backend.read(forever)).rejects.toThrow('cannot be read');
    expect(server.requests).toHaveLength(1);
    expect(other.requests).toEqual([]);
  });

  test("is sent alone: no credentials, settings or traces of the user's own", async () => {
    const place = await makeHttpPlace();
    const home = await temporaryDirectory();
    const host = new URL(place.url).hostname;
    await writeFile(join(home, '.netrc'), `machine ${host} login me password other\n`);
    await writeFile(
      join(home, '.gitconfig'),
      `[credential]\n helper = "!touch ${home}/asked; echo username=me; echo password=other"\n[url "http://127.0.0.1:9/"]\n insteadOf = ${place.proxy.origin}\n[http]\n extraHeader = "X-Other: 1"\n`,
    );
    const trace = join(home, 'trace');
    const variables = {
      HOME: home,
      GIT_TRACE_CURL: trace,
      GIT_TRACE2: trace,
      GIT_TRACE_REDACT: '0',
      GIT_TRACE2_ENV_VARS: 'GIT_CONFIG_VALUE_0',
    };
    await withEnvironment(variables, () => appendLine(place.open(), ports, 'a'));
    await expect(readFile(trace, 'utf8')).rejects.toThrow('ENOENT');
    await expect(readFile(join(home, 'asked'), 'utf8')).rejects.toThrow('ENOENT');
  });

  test.each(['two\nlines', 'a space', 'ü', ''])('%j is no token', async (token) => {
    const place = await makeHttpPlace();
    expect(() => place.openWith({ token })).toThrow(/^(?!.*(two|a space|ü)).*check the secret/s);
  });

  function expectNoToken(text: string): void {
    for (const secret of [TOKEN, ENCODED, encodeURIComponent(TOKEN), encodeURIComponent(ENCODED)]) {
      expect(text).not.toContain(secret);
    }
  }
});

test("without a token the user's own credentials are used", async () => {
  const place = await makeHttpPlace();
  const home = await temporaryDirectory();
  const helper = `!f() { echo username=me; echo password=${TOKEN}; }; f`;
  await writeFile(join(home, '.gitconfig'), `[credential]\n helper = "${helper}"\n`);
  const { version } = await withEnvironment({ HOME: home }, () =>
    appendLine(place.openWith({ token: null }), ports, 'a'),
  );
  expect(linesOf(version)).toEqual(['a']);
});
