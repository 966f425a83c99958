import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ChooseFault,
  type Emulator,
  type GitAccess,
  scriptedFaults,
  seededFaults,
  startEmulator,
  startFaultyProxy,
} from '../src/index.ts';

const run = promisify(execFile);

/** What git says and how it ends, with nobody's configuration. */
async function git(
  directory: string,
  token: string | null,
  ...args: string[]
): Promise<{ code: number; text: string }> {
  const header = `Authorization: Basic ${btoa(`x-access-token:${token}`)}`;
  const settings = token == null ? [] : ['-c', `http.extraHeader=${header}`];
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  const ended = run('git', [...identity, ...settings, ...args], { cwd: directory, env });
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error) => ({ code: error.code, text: error.stdout + error.stderr }),
  );
}

interface Place {
  readonly emulator: Emulator;
  readonly bare: string;
  /** A repository with one commit. */
  readonly work: string;
  readonly url: string;
}

async function makePlace(access: GitAccess = {}): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'emulator-git-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const [bare, work] = [join(directory, 'bare.git'), join(directory, 'work')];
  await git(directory, null, 'init', '--quiet', '--bare', bare);
  await git(directory, null, 'init', '--quiet', work);
  await git(work, null, 'commit', '--quiet', '--allow-empty', '--message', 'one');
  return { emulator, bare, work, url: emulator.serveGit('Octo/animations', bare, access) };
}

const push = ({ work, url }: Place, token: string | null, to = url) =>
  git(work, token, 'push', to, 'HEAD:refs/heads/main');
const list = ({ work, url }: Place, token: string | null, from = url) =>
  git(work, token, 'ls-remote', from);

describe('the git host', () => {
  test('takes a push and gives it back', async () => {
    const place = await makePlace();
    expect(await push(place, null)).toMatchObject({ code: 0 });
    expect((await list(place, null)).text).toContain('refs/heads/main');
    const fetched = await git(place.work, null, 'fetch', '--depth=1', place.url, 'main');
    expect(fetched).toMatchObject({ code: 0 });
  });

  test('refuses a push that is not a descendant', async () => {
    const place = await makePlace();
    await push(place, null);
    await git(place.work, null, 'commit', '--quiet', '--amend', '--allow-empty', '-m', 'other');
    expect((await push(place, null)).text).toMatch(/rejected.*(fetch first|non-fast-forward)/);
  });

  const access: GitAccess = { tokens: { write: ['writer'], read: ['reader'] } };
  test.each<[string, GitAccess, string | null, 'push' | 'list', number, string]>([
    ['a writer pushes', access, 'writer', 'push', 0, 'new branch'],
    ['a reader lists', access, 'reader', 'list', 0, ''],
    ['a reader may not push', access, 'reader', 'push', 128, '403'],
    ['nobody may push', access, null, 'push', 128, 'could not read Username'],
    [
      'a token that is not known may not even list',
      access,
      'wrong',
      'list',
      128,
      'not read Username',
    ],
    ['anybody lists a public one', access, null, 'list', 0, ''],
    [
      'nobody lists a private one',
      { ...access, visibility: 'private' },
      null,
      'list',
      128,
      'could not read Username',
    ],
  ])('%s', async (_name, given, token, what, code, text) => {
    const place = await makePlace(given);
    const ended = await (what === 'push' ? push(place, token) : list(place, token));
    expect(ended.code).toBe(code);
    expect(ended.text).toContain(text);
  });

  test('knows no other repository', async () => {
    const place = await makePlace();
    const ended = await list(place, null, place.url.replace('animations', 'other'));
    expect(ended.text).toMatch(/not found/);
  });

  test('has faults for fetches and for pushes', async () => {
    const place = await makePlace();
    place.emulator.inject({ at: 'git-push', kind: 'lost-answer', after: 1 });
    expect((await push(place, null)).code).not.toBe(0);
    expect((await list(place, null)).text).toContain('refs/heads/main');
    place.emulator.inject({ at: 'git-fetch', kind: 'error', status: 503 });
    expect((await list(place, null)).text).toContain('503');
    expect(place.emulator.firedFaults).toHaveLength(2);
  });
});

describe('the faulty proxy', () => {
  async function behindProxy(faults: ChooseFault) {
    const place = await makePlace();
    const proxy = await startFaultyProxy(place.emulator.origin, { faults, latencyMs: [1, 5] });
    onTestFinished(() => proxy.close());
    return { place, proxy, url: place.url.replace(place.emulator.origin, proxy.origin) };
  }
  const receive = ({ path }: { path: string }) => path.endsWith('/git-receive-pack');

  test('passes everything on when it has no faults', async () => {
    const { place, proxy, url } = await behindProxy(() => undefined);
    expect(await push(place, null, url)).toMatchObject({ code: 0 });
    expect((await list(place, null, url)).text).toContain('refs/heads/main');
    expect(proxy.requestCount).toBeGreaterThan(3);
  });

  // curl itself sends once more what got no answer at all on a connection that was used before.
  test.each([
    [['dropped', 'dropped'], false],
    [['unavailable'], false],
    [['answer-lost'], true],
    [['truncated'], true],
  ] as const)('%s: the push fails, and was carried out: %s', async (faults, isCarriedOut) => {
    const { place, proxy, url } = await behindProxy(scriptedFaults(faults, receive));
    expect((await push(place, null, url)).code).not.toBe(0);
    expect((await list(place, null)).text.includes('refs/heads/main')).toBe(isCarriedOut);
    expect(proxy.counts).toMatchObject({ [faults[0]]: faults.length });
  });

  test('shortened: half an answer that looks whole', async () => {
    const { proxy, url } = await behindProxy(scriptedFaults(['shortened']));
    const path = `${url}/info/refs?service=git-upload-pack`;
    const half = await (await fetch(path)).text();
    const whole = await (await fetch(path)).text();
    expect(whole.startsWith(half)).toBe(true);
    expect(half.length).toBe(Math.floor(whole.length / 2));
    expect(proxy.counts.shortened).toBe(1);
  });

  test('strikes the same requests for the same seed, about as often as it is asked', () => {
    const shares = { dropped: 0.1, unavailable: 0.05 };
    const strikes = (seed: number) => {
      const choose = seededFaults(seed, shares);
      return Array.from({ length: 2_000 }, (_, index) =>
        choose({ number: index + 1, method: 'GET', path: '/' }),
      );
    };
    expect(strikes(7)).toEqual(strikes(7));
    expect(strikes(7)).not.toEqual(strikes(8));
    const counted = (fault: string) => strikes(7).filter((struck) => struck === fault).length;
    expect(counted('dropped')).toBeGreaterThan(150);
    expect(counted('dropped')).toBeLessThan(250);
    expect(counted('unavailable')).toBeGreaterThan(60);
    expect(counted('unavailable')).toBeLessThan(140);
  });
});
