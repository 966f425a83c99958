import { type ChildProcess, spawn } from 'node:child_process';
import { MotionTransferError } from '../model/errors.ts';
import type { GitExit, GitOptions } from '../ports.ts';

/** Variables that a surrounding git (a hook, a rebase) sets and that would point us elsewhere. */
const FOREIGN_VARIABLES = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_TEMPLATE_DIR',
  'GIT_WORK_TREE',
]);

/** What an isolated git may keep: where its own parts and the trusted certificates lie. */
const HARMLESS_VARIABLES = new Set(['GIT_EXEC_PATH', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH']);

/** git removes its lock files on SIGTERM; what has not gone by then is killed. */
const GRACE_MS = 1_000;
const MAX_ERROR_BYTES = 64 * 1024;

/** See `GitPort.execute`. */
export function executeGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitExit> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: directory,
      env: environmentOf(directory, options),
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

function environmentOf(directory: string, options: GitOptions): NodeJS.ProcessEnv {
  const isIsolated = options.isIsolated === true;
  const isKept = (name: string) =>
    isIsolated && name.startsWith('GIT_')
      ? HARMLESS_VARIABLES.has(name)
      : !FOREIGN_VARIABLES.has(name);
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name))),
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
