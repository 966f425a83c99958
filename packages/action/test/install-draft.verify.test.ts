import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installDraftEngine } from '../src/draft/install.ts';

/** A registry on loopback with small packages of the engine's names, and npm itself. */
interface Registry {
  readonly origin: string;
  readonly requests: string[];
  close(): void;
}

const NAMES = ['sharp', 'mediabunny', '@mediabunny/server'];
const QUIET = { info() {}, warning() {}, error() {} };

let folder: string;
let source: string;
let registry: Registry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-draft-'));
  source = join(folder, 'engine');
  registry = await publish({});
});

afterEach(async () => {
  registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** Packs the packages, writes the engine with its lock, and serves them; `served` replaces what the lock was made for. */
async function publish(
  entries: Record<string, string>,
  served: Record<string, string> = {},
): Promise<Registry> {
  const tarballs = new Map<string, Buffer>();
  const packages: Record<string, unknown> = {
    '': { name: 'engine', version: '1.0.0', dependencies: versionsOf(NAMES) },
  };
  for (const name of NAMES) {
    const packed = await pack(name, entries[name] ?? 'export default 1;');
    const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
    packages[`node_modules/${name}`] = { version: '1.0.0', integrity, hasInstallScript: true };
    const other = served[name];
    tarballs.set(name, other != null ? await pack(name, other) : packed);
  }
  const description = { name: 'engine', version: '1.0.0', type: 'module' };
  await mkdir(join(source, 'lib'), { recursive: true });
  await writeFile(join(source, 'lib', 'index.js'), 'export const renderDraft = 1;\n');
  await writeFile(join(source, 'version.txt'), '1');
  await writeFile(
    join(source, 'package.json'),
    JSON.stringify({ ...description, dependencies: versionsOf(NAMES) }),
  );
  await writeFile(
    join(source, 'package-lock.json'),
    JSON.stringify({ ...description, lockfileVersion: 3, requires: true, packages }),
  );
  return serve(tarballs);
}

const versionsOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, '1.0.0']));

/** A package whose install script would leave a trace. */
async function pack(name: string, code: string): Promise<Buffer> {
  const root = await mkdtemp(join(folder, 'pack-'));
  await mkdir(join(root, 'package'));
  await writeFile(join(root, 'package', 'index.js'), code);
  await writeFile(
    join(root, 'package', 'package.json'),
    JSON.stringify({
      name,
      version: '1.0.0',
      type: 'module',
      main: 'index.js',
      scripts: { postinstall: 'echo ran > ran.txt' },
    }),
  );
  return execFileSync('tar', ['-czf', '-', '-C', root, 'package']);
}

async function serve(tarballs: ReadonlyMap<string, Buffer>): Promise<Registry> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    requests.push(path);
    const name = path.replace(/\/-\/.*$/, '');
    const bytes = tarballs.get(name);
    if (bytes == null) response.writeHead(404).end('{}');
    else if (path !== name) response.end(bytes);
    else {
      const dist = { tarball: `${origin}/${name}/-/package-1.0.0.tgz` };
      const versions = { '1.0.0': { name, version: '1.0.0', dist } };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function install(places: { RUNNER_TOOL_CACHE?: string; RUNNER_TEMP?: string } = {}) {
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_registry: registry.origin,
    npm_config_cache: join(folder, 'npm-cache'),
    npm_config_fetch_retries: '0',
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    ...places,
  };
  return installDraftEngine(source, environment, QUIET, new AbortController().signal);
}

const isWhole = (home: string) => existsSync(join(home, 'complete'));

describe('the draft engine', () => {
  test('is installed once, from the lock, without install scripts, and needs no network again', async () => {
    const home = await install();
    expect(isWhole(home)).toBe(true);
    for (const name of NAMES) {
      expect(existsSync(join(home, 'node_modules', name, 'index.js'))).toBe(true);
      expect(existsSync(join(home, 'node_modules', name, 'ran.txt'))).toBe(false);
    }
    const asked = registry.requests.length;
    expect(asked).toBeGreaterThan(0);
    expect(await install()).toBe(home);
    expect(registry.requests.length).toBe(asked);
  });

  test('is installed by two jobs at once without one spoiling the other', async () => {
    const [first, second] = await Promise.all([install(), install()]);
    expect(first).toBe(second);
    expect(isWhole(first)).toBe(true);
    expect(await readdir(dirname(first))).toHaveLength(1);
  });

  test('heals what a killed job left half-finished, and clears it away', async () => {
    const home = await install();
    await rm(join(home, 'complete'));
    await rm(join(home, 'node_modules', 'sharp'), { recursive: true });
    const leftover = `${home}.0000`;
    const busy = `${home}.1111`;
    await mkdir(leftover);
    await mkdir(busy);
    await utimes(leftover, new Date(0), new Date(0));
    expect(await install()).toBe(home);
    expect(isWhole(home)).toBe(true);
    expect(existsSync(join(home, 'node_modules', 'sharp'))).toBe(true);
    expect([existsSync(leftover), existsSync(busy)]).toEqual([false, true]);
  });

  test('is refused when a package is not the one of the lock, and nothing stays', async () => {
    registry.close();
    registry = await publish({}, { mediabunny: 'export default "other";' });
    await expect(install()).rejects.toThrow(/installing them did not work.*EINTEGRITY/s);
    expect(await readdir(join(folder, 'tools', 'motion-transfer-draft'))).toEqual([]);
  });

  test('says which machine it cannot run on', async () => {
    registry.close();
    registry = await publish({ sharp: 'throw new Error("no native module for this platform");' });
    await expect(install()).rejects.toThrow(
      new RegExp(
        `cannot be made on this runner \\(${process.platform}.*no native module.*Leave out draft`,
      ),
    );
    expect(await readdir(join(folder, 'tools', 'motion-transfer-draft'))).toEqual([]);
  });

  test('says what to allow when the registry cannot be reached', async () => {
    registry.close();
    await expect(install()).rejects.toThrow('allow npm and its registry on this runner');
  });

  test("goes into the job's own directory when the tool cache cannot be written", async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const own = join(folder, 'own');
    const home = await install({ RUNNER_TOOL_CACHE: join(file, 'tools'), RUNNER_TEMP: own });
    expect(home.startsWith(own)).toBe(true);
    expect(isWhole(home)).toBe(true);
    await expect(install({ RUNNER_TOOL_CACHE: join(file, 'tools') })).rejects.toThrow(
      'that can be written',
    );
  });

  test('is used where it lies in a tool cache that is only read', async () => {
    const home = await install();
    const before = await readFile(join(home, 'complete'));
    registry.close();
    expect(await install({ RUNNER_TEMP: join(folder, 'own') })).toBe(home);
    expect(await readFile(join(home, 'complete'))).toEqual(before);
    expect(existsSync(join(folder, 'own'))).toBe(false);
  });
});
