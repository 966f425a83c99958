import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type LogPort, MotionTransferError, messageOf } from '@motion-transfer/core';
import { randomId, sha256, stoppedBecause } from '@motion-transfer/core/shell';
import { findDamage, recordFiles } from './install-manifest.ts';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 5 * 60_000;
const NPM_ARGUMENTS = [
  'ci',
  '--prefer-offline',
  '--ignore-scripts',
  '--omit=dev',
  '--include=optional',
  '--global=false',
  '--dry-run=false',
  '--no-audit',
  '--no-fund',
];

/**
 * Puts the draft engine and its native packages (about 200 MB, too large to be committed) into the
 * tool cache, once per version: exactly the packages of the committed lock, whose integrity hashes
 * npm checks, and none of their install scripts. What is installed is recorded file by file and looked
 * at again in every run: a cache that was damaged or cut short heals. Returns the directory of the engine.
 *
 * @throws MotionTransferError that says what is missing and what to do; StoppedError on a stop.
 */
export async function installDraftEngine(
  source: string,
  environment: NodeJS.ProcessEnv,
  log: LogPort,
  signal: AbortSignal,
): Promise<string> {
  const version = await hashVersion(source);
  const homes = [environment.RUNNER_TOOL_CACHE, environment.RUNNER_TEMP].flatMap((cache) =>
    cache != null && cache !== '' ? [join(cache, 'motion-transfer-draft', version)] : [],
  );
  const found: Installation[] = [];
  for (const home of homes) {
    const damage = await findDamage(home);
    if (damage == null) return home;
    found.push({ home, damage });
  }
  const { home, damage, building } = await firstWritable(found);
  log.info(
    damage === 'absent'
      ? 'installing the draft engine into the tool cache (once)'
      : `the draft engine in the tool cache is damaged (${damage.path}); installing it anew`,
  );
  try {
    await cp(source, building, { recursive: true });
    const options = {
      cwd: building,
      timeout: INSTALL_TIMEOUT_MS,
      env: environmentOfNpm(environment),
      signal,
    };
    await run(npmCommand(), NPM_ARGUMENTS, { ...options, shell: process.platform === 'win32' });
    // A package manager that did nothing must not leave a cache that never heals.
    await run(process.execPath, ['--input-type=module', '--eval', LOAD_EVERYTHING], options).catch(
      (cause) => {
        if (signal.aborted) throw cause;
        throw new UnloadableError(cause);
      },
    );
    await recordFiles(building);
    await putInPlace(building, home);
    await clearLeftovers(home);
    return home;
  } catch (cause) {
    if (signal.aborted) throw stoppedBecause(signal);
    if (cause instanceof UnloadableError) throw cause;
    throw new MotionTransferError(
      `drafts and web files need the packages of ${join(source, 'package-lock.json')}, and installing them did not work (${lastLine(cause)}); allow npm and its registry on this runner, or leave out draft and also. Nothing else depends on it.`,
      { cause },
    );
  } finally {
    await rm(building, { recursive: true, force: true }).catch(() => {});
  }
}

interface Installation {
  readonly home: string;
  readonly damage: 'absent' | { readonly path: string };
}

/** Some runners share a tool cache that jobs only read; the job's own directory is second best. */
async function firstWritable(
  installations: readonly Installation[],
): Promise<Installation & { readonly building: string }> {
  const problems: string[] = [];
  for (const installation of installations) {
    const building = `${installation.home}.${randomId(Math.random, 16)}`;
    try {
      await mkdir(building, { recursive: true });
      return { ...installation, building };
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const why = problems.length > 0 ? problems.join('; ') : 'neither is set';
  throw new MotionTransferError(
    `drafts and web files need a RUNNER_TOOL_CACHE or RUNNER_TEMP that can be written, to install their codec into (${why})`,
  );
}

/** An installation of a job that was killed is never finished. */
const LEFTOVER_MS = 60 * 60_000;

async function clearLeftovers(home: string): Promise<void> {
  const folder = dirname(home);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${basename(home)}.`)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => null);
    if (facts == null || Date.now() - facts.mtimeMs < LEFTOVER_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** The packages are there, and their native parts are not for this machine. */
class UnloadableError extends MotionTransferError {
  constructor(cause: unknown) {
    super(
      `drafts and web files cannot be made on this runner (${platformName()}): ${lastLine(cause)}. Their codec is built for Linux with glibc on x64 and arm64, macOS on arm64 and Windows on x64. Leave out draft and also here; nothing else depends on it.`,
      { cause },
    );
  }
}

function platformName(): string {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } };
  const isMusl = process.platform === 'linux' && report?.header?.glibcVersionRuntime == null;
  return `${process.platform} ${process.arch}${isMusl ? ' with musl' : ''}`;
}

const LOAD_EVERYTHING =
  "await Promise.all(['./lib/index.js', 'sharp', 'mediabunny', '@mediabunny/server'].map((name) => import(name)));";

async function hashVersion(source: string): Promise<string> {
  const names = ['package-lock.json', 'version.txt'];
  const contents = await Promise.all(names.map((name) => readFile(join(source, name))));
  return sha256(Buffer.concat(contents)).slice(0, 16);
}

/** Whoever is first wins; a whole engine is never taken away from under another process. */
async function putInPlace(building: string, home: string): Promise<void> {
  try {
    await rename(building, home);
  } catch (error) {
    if ((await findDamage(home)) == null) return;
    // Aside first: a process that still has the damaged one open keeps its files.
    const aside = `${home}.${randomId(Math.random, 16)}`;
    try {
      await rename(home, aside);
      await rename(building, home);
    } catch {
      throw error;
    } finally {
      await rm(aside, { recursive: true, force: true }).catch(() => {});
    }
  }
}

function npmCommand(): string {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

const NEEDED_BY_NPM =
  /^(PATH|Path|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SystemRoot|ComSpec|TMPDIR|TEMP|TMP|LANG|LC_ALL|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy|npm_config_(registry|cache|userconfig|cafile|proxy|https_proxy|noproxy|fetch_\w+))$/i;

/** npm gets what it needs by name: no provider key, no token, no command file of the runner. */
function environmentOfNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => NEEDED_BY_NPM.test(name)),
  );
}

function lastLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error ? String(error.stderr) : messageOf(error);
  const lines = text.split('\n').filter((line) => /npm error (?!A complete log)/.test(line));
  const thrown = text.split('\n').find((line) => /^\w*Error\b.*:/.test(line));
  const line = lines[0] ?? thrown ?? messageOf(error).split('\n')[0] ?? '';
  return line.replace(/^npm error\s*/, '').slice(0, 300);
}
