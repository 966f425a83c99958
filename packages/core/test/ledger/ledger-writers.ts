import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { LedgerBackend } from '../../src/ledger/backends/backend.ts';
import { forever, linesOf } from './ledger-line.ts';
import { READY, type WriterPlace } from './writer-setup.ts';

const WRITER = fileURLToPath(new URL('./ledger-writer.ts', import.meta.url));

interface WriterEnd {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A process of its own that adds `count` lines to the ledger. */
export function startWriter(
  place: WriterPlace,
  name: string,
  count: number,
): { readonly child: ChildProcess; readonly ended: Promise<WriterEnd> } {
  const args = [WRITER, JSON.stringify(place), name, String(count)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([output, errors, [code]]) => ({ code, output, errors }),
  );
  return { child, ended };
}

export interface WritersReport {
  readonly tries: number;
  readonly found: number;
}

/** Many at once, until each has ended well. */
export async function runWriters(
  locationOf: (index: number) => WriterPlace,
  writerCount: number,
  linesEach: number,
): Promise<WritersReport> {
  const ends = Array.from(
    { length: writerCount },
    (_, index) => startWriter(locationOf(index), `writer${index}`, linesEach).ended,
  );
  const reports = (await Promise.all(ends)).map(({ code, output, errors }): WritersReport => {
    if (code !== 0) throw new Error(`a writer ended with ${code}: ${errors}`);
    return JSON.parse(output.slice(READY.length));
  });
  return {
    tries: reports.reduce((sum, { tries }) => sum + tries, 0),
    found: reports.reduce((sum, { found }) => sum + found, 0),
  };
}

interface Killing {
  readonly writerCount: number;
  readonly linesEach: number;
  readonly kills: number;
  readonly longestLifeMs: number;
}

/** Writers that are killed at random moments lose nothing and write nothing twice. */
export async function expectKilledWritersLoseNothing(
  place: WriterPlace,
  open: () => LedgerBackend,
  killing: Killing,
): Promise<void> {
  const { writerCount, linesEach } = killing;
  // How many are still at it when their time comes depends on the machine; somebody always is.
  expect(await runKilledWriters(place, killing)).toBeGreaterThan(0);
  const version = await open().read(forever);
  expect(linesOf(version).sort()).toEqual(expectedLines(writerCount, linesEach));
  expect(version.files.size).toBe(writerCount * linesEach + 1);
}

/**
 * Kills writers without warning at random moments and starts them again, `kills` times at most; then
 * lets all of them finish. Returns how many were still at it when they were killed.
 */
async function runKilledWriters(place: WriterPlace, options: Killing): Promise<number> {
  let doomed = 0;
  let kills = 0;
  const live = async (index: number): Promise<void> => {
    for (;;) {
      const { child, ended } = startWriter(place, `writer${index}`, options.linesEach);
      const isDoomed = doomed < options.kills;
      if (isDoomed) doomed += 1;
      // From its first word on, or it would be killed while it starts most of the time.
      child.stdout?.once('data', () => {
        const lifeMs = Math.random() * options.longestLifeMs;
        if (isDoomed) setTimeout(() => child.kill('SIGKILL'), lifeMs).unref();
      });
      const { code, errors } = await ended;
      if (code === 0) return;
      if (code == null) kills += 1;
      else throw new Error(`a writer ended with ${code}: ${errors}`);
    }
  };
  await Promise.all(Array.from({ length: options.writerCount }, (_, index) => live(index)));
  return kills;
}

/** What the writers must have left: each line once. */
export function expectedLines(writerCount: number, linesEach: number): string[] {
  return Array.from({ length: writerCount }, (_, writer) =>
    Array.from({ length: linesEach }, (_, line) => `writer${writer}-${line + 1}`),
  )
    .flat()
    .sort();
}
