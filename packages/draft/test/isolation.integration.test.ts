import { execFile, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  CharacterUnreadableError,
  DraftError,
  DraftNotWrittenError,
  DraftStoppedError,
  MotionUnreadableError,
  renderDraft,
} from '../src/index.ts';
import { errorOfDeath } from '../src/isolate/crash.ts';
import { inTemporaryFolder, writeClip, writeFigure } from './helpers/media.ts';

const FRAMES = 240;

/** Process ids of the drawing processes that `parent` started. */
async function drawersOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, ppid, state] = /^\s*(\d+)\s+(\d+)\s+(\S+).*isolate\/child/.exec(line) ?? [];
    return Number(ppid) === parent && state?.startsWith('Z') === false ? [Number(pid)] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen != null) return seen;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function prepare(folder: string) {
  const characterPath = join(folder, 'figure.png');
  const motionPath = join(folder, 'clip.mp4');
  await writeFigure(characterPath);
  await writeClip(motionPath, {
    width: 320,
    height: 180,
    times: Array.from({ length: FRAMES }, (_, i) => i / 24),
  });
  return { characterPath, motionPath, outputPath: join(folder, 'out', 'draft.mp4') };
}

test.for(['SIGABRT', 'SIGSEGV', 'SIGKILL'] as const)(
  'native code that dies of %s is a typed error for the caller, who lives on and finds no litter',
  (signal) =>
    inTemporaryFolder(async (folder) => {
      const options = await prepare(folder);
      let isKilling = false;
      const drawing = renderDraft({
        ...options,
        onProgress: () => {
          if (isKilling) return;
          isKilling = true;
          drawersOf(process.pid).then((pids) =>
            pids.forEach((pid) => {
              process.kill(pid, signal);
            }),
          );
        },
      });
      const error = await drawing.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DraftError);
      expect((error as DraftError).message).toContain(signal);
      expect(await drawersOf(process.pid)).toEqual([]);
      expect((await readdir(folder)).sort()).toEqual(['clip.mp4', 'figure.png']);
    }),
);

test('the file that was being read is blamed for a crash, and the message says what to do', () => {
  const death = { code: null, signal: 'SIGABRT', lastWords: 'Assertion x failed\n' } as const;
  const motion = errorOfDeath(death, { kind: 'motion', path: 'clip.mp4' });
  expect(motion).toBeInstanceOf(MotionUnreadableError);
  expect(motion.message).toContain('clip.mp4 cannot be used: the codec crashed on this clip');
  expect(motion.message).toContain('SIGABRT');
  expect(motion.message).toContain('Encode it again');
  expect(motion.cause).toMatchObject({ message: 'Assertion x failed' });
  const character = errorOfDeath(death, { kind: 'character', path: 'a.png' });
  expect(character).toBeInstanceOf(CharacterUnreadableError);
  expect(character.message).toContain('a.png');
  const output = errorOfDeath(death, { kind: 'output', path: 'out.mp4' });
  expect(output).toBeInstanceOf(DraftNotWrittenError);
  expect(errorOfDeath({ ...death, signal: 'SIGTERM' }, null)).toBeInstanceOf(DraftStoppedError);
  expect(errorOfDeath({ ...death, signal: null, code: 1 }, null).message).toContain('exit code 1');
});

test('a stop ends the drawing process at once and leaves nothing', () =>
  inTemporaryFolder(async (folder) => {
    const options = await prepare(folder);
    const stop = new AbortController();
    const drawing = renderDraft({
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    const error = await drawing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DraftStoppedError);
    expect((error as Error).cause).toMatchObject({ message: 'enough' });
    expect(await drawersOf(process.pid)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['clip.mp4', 'figure.png']);
  }));

test('the drawing process does not outlive a caller that is killed', () =>
  inTemporaryFolder(async (folder) => {
    const { characterPath, motionPath, outputPath } = await prepare(folder);
    const main = join(import.meta.dirname, '../src/main.ts');
    const paths = ['--character', characterPath, '--motion', motionPath, '--output', outputPath];
    const caller = spawn(process.execPath, [main, ...paths], { stdio: 'ignore' });
    const callerPid = caller.pid ?? 0;
    const drawer = await until(async () => (await drawersOf(callerPid))[0] ?? null);
    caller.kill('SIGKILL');
    await until(async () => (isAlive(drawer) ? null : true));
  }));
