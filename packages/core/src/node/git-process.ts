import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MotionTransferError } from '../model/errors.ts';
import type { GitExit, GitOptions } from '../ports.ts';
import { certificatesForGit } from './git-certificates.ts';
import {
  allowedEnvironment,
  asConfigVariables,
  originOf,
  proxyForGit,
  withoutPrograms,
} from './git-environment.ts';

/** git removes its lock files on SIGTERM; what has not gone by then is killed. */
const GRACE_MS = 1_000;
const MAX_ERROR_BYTES = 64 * 1024;
const ALWAYS = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'];
const CONFIG_TIMEOUT_MS = 30_000;
/** Of git, for an option that it does not know. */
const USAGE_EXIT_CODE = 129;

interface GitVariables extends Omit<GitOptions, 'environment'> {
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * See `GitPort.execute`. A work tree is not ours: what its configuration would start is turned off. A
 * caller that names its own `GIT_DIR` has made that directory itself.
 */
export async function executeGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitExit> {
  if (options.environment?.GIT_DIR != null) return startGit(directory, args, options);
  const { safeConfig, origin } = await readWorkTree(directory);
  const environment = {
    // The others start programs that a remote may name, and its first word counts: it cannot be overruled.
    GIT_ALLOW_PROTOCOL: 'https:http',
    // No content is transferred for us, so no server that `.lfsconfig` names is asked and no agent is started.
    GIT_LFS_SKIP_SMUDGE: '1',
    ...safeConfig,
    ...options.environment,
  };
  // A partial clone fetches by itself what it lacks.
  const remoteUrl = options.remoteUrl ?? origin;
  return startGit(directory, args, {
    ...options,
    environment,
    ...(remoteUrl == null ? {} : { remoteUrl }),
  });
}

interface WorkTree {
  readonly safeConfig: NodeJS.ProcessEnv;
  readonly origin: string | null;
}

/** By directory, read once: nothing but this process works in the checkout while it runs. */
const workTrees = new Map<string, Promise<WorkTree>>();

function readWorkTree(directory: string): Promise<WorkTree> {
  const known = workTrees.get(directory) ?? readConfiguration(directory);
  workTrees.set(directory, known);
  known.catch(() => workTrees.delete(directory));
  return known;
}

/** @throws MotionTransferError when git is too old to say where a setting comes from. */
async function readConfiguration(directory: string): Promise<WorkTree> {
  const trusted = await trustWorkTree(directory);
  const list = ['config', '--list', '--includes', '--show-scope', '-z'];
  const listed = await startGit(directory, list, {
    timeoutMs: CONFIG_TIMEOUT_MS,
    environment: asConfigVariables(trusted),
  });
  if (listed.exitCode === USAGE_EXIT_CODE)
    throw new MotionTransferError(
      'this git does not know `config --show-scope`, so what the checkout would start cannot be turned off; install git 2.26 or newer',
    );
  // Outside of a repository there is nothing of a work tree to turn off.
  const text = Buffer.from(listed.output).toString('utf8');
  return {
    safeConfig: asConfigVariables(new Map([...withoutPrograms(text), ...trusted])),
    origin: originOf(text),
  };
}

/**
 * In a container job the checkout belongs to another user, and git would not even read its configuration. It is
 * read, because nothing that it names is started. git 2.38 and newer takes this from the environment
 * (git-config(1), safe.directory); an older one refuses, and `git.ts` says what to do.
 */
async function trustWorkTree(directory: string): Promise<Map<string, string>> {
  for (let at = await realpath(directory).catch(() => directory); ; at = dirname(at)) {
    const isTop = await lstat(join(at, '.git')).then(
      () => true,
      () => false,
    );
    // git compares with its own form of the path, which has no backslashes.
    if (isTop) return new Map([['safe.directory', at.replaceAll('\\', '/')]]);
    if (dirname(at) === at) return new Map();
  }
}

async function startGit(
  directory: string,
  args: readonly string[],
  options: GitVariables,
): Promise<GitExit> {
  const variables = environmentOf(directory, options);
  const certificates = await certificatesForGit(process.env);
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...ALWAYS, ...args], {
      cwd: directory,
      env: { ...variables, ...certificates },
      stdio: [options.input == null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // A process group of its own, so that it can be ended together with what it started.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const output = collect(child.stdout, options.maxOutputBytes ?? Number.POSITIVE_INFINITY, () =>
      stop('too-much-output'),
    );
    const errors = collect(child.stderr, MAX_ERROR_BYTES, () => undefined);
    // git may end before it has read everything; its exit code tells what that means.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);

    let stopped: GitExit['end'] | null = null;
    let killTimer: NodeJS.Timeout | null = null;
    const stop = (end: GitExit['end']) => {
      if (stopped != null) return;
      stopped = end;
      signalGroup(child, 'SIGTERM');
      killTimer = setTimeout(() => {
        signalGroup(child, 'SIGKILL');
        // Whoever inherited the pipes and got away must not keep us waiting.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, GRACE_MS);
    };
    const abort = () => stop('abort');
    const timer =
      options.timeoutMs == null ? null : setTimeout(() => stop('timeout'), options.timeoutMs);
    const settle = () => {
      clearTimeout(timer ?? undefined);
      clearTimeout(killTimer ?? undefined);
      options.signal?.removeEventListener('abort', abort);
    };
    options.signal?.addEventListener('abort', abort, { once: true });
    if (options.signal?.aborted === true) abort();

    child.on('error', (cause) => {
      settle();
      const message = `git could not be started in ${directory}: ${cause.message}; install git and check the directory`;
      reject(new MotionTransferError(message, { cause }));
    });
    child.on('exit', () => {
      // What git leaves running (an ssh connection kept open) may hold on to its error output for ever.
      killTimer ??= setTimeout(() => child.stderr?.destroy(), GRACE_MS);
    });
    child.on('close', (code) => {
      settle();
      resolve({
        end: stopped ?? (code == null ? 'signal' : 'exit'),
        exitCode: stopped == null ? code : null,
        output: Buffer.concat(output),
        errorText: Buffer.concat(errors).toString('utf8'),
      });
    });
  });
}

function collect(stream: ChildProcess['stdout'], maxBytes: number, onExcess: () => void): Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else onExcess();
  });
  return chunks;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid == null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

function environmentOf(directory: string, options: GitVariables): NodeJS.ProcessEnv {
  const isIsolated = options.isIsolated === true;
  return {
    ...allowedEnvironment(process.env, isIsolated),
    ...proxyForGit(options.remoteUrl ?? null, process.env),
    ...(isIsolated ? isolation(directory) : {}),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
    ...options.environment,
  };
}

/** No configuration of others; no home either, where curl would find a `.netrc` with credentials. */
function isolation(directory: string): NodeJS.ProcessEnv {
  return {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    HOME: directory,
    XDG_CONFIG_HOME: directory,
  };
}
