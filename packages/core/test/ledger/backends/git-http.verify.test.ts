import { scriptedFaults, seededFaults } from '@motion-transfer/emulator';
import { describe, expect, test } from 'vitest';
import type { GitPort, Ports } from '../../../src/ports.ts';
import { git } from '../../media/support.ts';
import { appendLine, forever, linesOf } from '../ledger-line.ts';
import { expectedLines, runWriters } from '../ledger-writers.ts';
import { testLedgerBackend } from './conformance.ts';
import { isFetch, isPush, makeHttpPlace, ports, TOKEN } from './git-http.ts';
import { historyOf } from './git-remote.ts';

/** A busy machine answers in it; where half of an answer was swallowed it passes in full. */
const PATIENCE_MS = 10_000;

testLedgerBackend('a git repository over HTTP', () => makeHttpPlace(), `1-${'a'.repeat(16)}`);

describe('a bad network', () => {
  test('that swallows half of an answer to a push makes it unclear when the time is up', async () => {
    const place = await makeHttpPlace(scriptedFaults(['shortened'], isPush));
    // git waits for ever for the rest of an answer that looks whole.
    const backend = place.openWith({}, withTimeout('push'));
    const base = await backend.read(forever);
    const outcome = await backend.swap(base, new Map([['a', '1']]), 'Test', forever);
    expect(outcome.kind).toBe('unclear');
    expect((await backend.read(forever)).files.get('a')).toBe('1');
  });

  test.each(['dropped', 'unavailable', 'answer-lost', 'truncated', 'shortened'] as const)(
    'never makes a ledger look empty, older or deleted (%s at any request of a fetch)',
    async (fault) => {
      let strikeAt = Number.POSITIVE_INFINITY;
      let seen = 0;
      const place = await makeHttpPlace((request) => {
        if (!isFetch(request)) return undefined;
        seen += 1;
        return seen === strikeAt ? fault : undefined;
      });
      const writer = place.open();
      await appendLine(writer, ports, 'a');
      for (strikeAt = 1; strikeAt <= 3; strikeAt++) {
        await appendLine(
          place.openWith({ remoteUrl: place.bare, token: null }),
          ports,
          `${strikeAt}`,
        );
        seen = 0;
        const fresh = place.openWith({}, withTimeout('fetch'));
        expect(linesOf(await fresh.read(forever))).toContain(`${strikeAt}`);
        seen = 0;
        expect(linesOf(await writer.read(forever))).toContain(`${strikeAt}`);
      }
    },
  );

  test('of every kind at once loses no line of sixteen processes, and doubles none', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stdout.write(`sixteen writers: seed ${seed}\n`);
    const place = await makeHttpPlace(
      seededFaults(seed, {
        dropped: 0.04,
        unavailable: 0.04,
        'answer-lost': 0.04,
        truncated: 0.04,
      }),
      undefined,
      [5, 20],
    );
    const { temporaryDirectory, url } = place;
    const report = await runWriters(
      () => ({ kind: 'git', remoteUrl: url, token: TOKEN, temporaryDirectory }),
      16,
      1,
    );
    const { proxy } = place;
    process.stdout.write(
      `sixteen writers: ${JSON.stringify({ ...report, requests: proxy.requestCount, ...proxy.counts })}\n`,
    );
    expect(await git(place.bare, 'show', 'motion-transfer-ledger:state.json')).toSatisfy(
      (text: string) =>
        JSON.stringify(text.split('\n').sort()) === JSON.stringify(expectedLines(16, 1)),
    );
    expect(await historyOf(place.bare)).toHaveLength(16);
    await git(place.bare, 'fsck', '--strict', '--no-dangling');
  });
});

function withTimeout(command: string): Ports {
  const execute: GitPort['execute'] = (directory, args, options) =>
    ports.git.execute(
      directory,
      args,
      args.includes(command) ? { ...options, timeoutMs: PATIENCE_MS } : options,
    );
  return { ...ports, git: { ...ports.git, execute } };
}
