import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emptyLedger, parseLedger } from '../../src/ledger/files/files.ts';
import { parseJournal } from '../../src/ledger/journal.ts';
import { ConfigError, LedgerError, RecordError } from '../../src/model/errors.ts';
import { parseBoundedJson, parseRecordJson } from '../../src/model/json/strict-json.ts';
import { LOCKFILE_PATH } from '../../src/model/lockfile/lockfile.ts';
import { formatLockfile, parseLockfilePart } from '../../src/model/lockfile/lockfile-format.ts';
import { decodeState } from '../../src/report/comment/state.ts';
import { buildState } from '../support/state-builder.ts';
import { fuzzTarget } from './target.ts';

const jsonPiece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\\u0061', '"a"', '1', 'null', ' '),
  fc.constantFrom(
    '"version":1',
    '"version":2',
    '\n<<<<<<< a\n',
    '\n=======\n',
    '\n>>>>>>> b\n',
    '"outputs":{}',
    '"__proto__"',
    '1e999',
    '-',
    '\ud800',
    '\n',
  ),
);
const jsonText = fc.oneof(
  fc.json(),
  fc.array(jsonPiece, { maxLength: 20 }).map((pieces) => pieces.join('')),
);

/** The bounded parsers differ from JSON.parse only in what they refuse. */
export const strictJson = fuzzTarget({
  name: 'strict-json',
  input: jsonText,
  check(text) {
    const plain = tryParse(JSON.parse, text);
    for (const parse of [parseBoundedJson, parseRecordJson]) {
      const read = tryParse(parse, text);
      if ('error' in read) assert.ok(read.error instanceof SyntaxError);
      else assert.deepEqual(read, plain);
    }
  },
});

function tryParse(parse: (text: string) => unknown, text: string) {
  try {
    return { value: parse(text) };
  } catch (error) {
    return { error };
  }
}

const soundLockfile = (() => {
  const state = buildState();
  state.lock(state.addTransfer('a'));
  return formatLockfile({ outputs: state.locked }, false).get(LOCKFILE_PATH) ?? '';
})();

/** A sound file with one place replaced. */
function mutantsOf(sound: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(sound.length), fc.nat(12), jsonPiece)
    .map(([at, length, part]) => sound.slice(0, at) + part + sound.slice(at + length));
}

export const lockfileText = fuzzTarget({
  name: 'lockfile',
  input: fc.oneof(jsonText, mutantsOf(soundLockfile)),
  check: (text) => refusedAs([ConfigError], () => parseLockfilePart(text, LOCKFILE_PATH)),
});

export const journalText = fuzzTarget({
  name: 'journal',
  input: jsonText.map((text) => `${text}\n`),
  check: (text) => refusedAs([RecordError], () => parseJournal(text, 'journal')),
});

export const ledgerEntry = fuzzTarget({
  name: 'ledger-entry',
  input: jsonText,
  check(text) {
    const line = `{"key":"${'a'.repeat(64)}",${text}\n`;
    const paths = ['purchases/aa/2026-10.jsonl', 'state.json', 'freeze.json', 'notes'];
    for (const files of paths.flatMap((path) => [new Map([[path, text]]), new Map([[path, line]])]))
      refusedAs([LedgerError], () => parseLedger(files, emptyLedger, 'a ledger'));
    const entry = new Map([
      [`transfers/aa/${'a'.repeat(64)}.json`, text],
      ['state.json', '{"version":1}'],
    ]);
    refusedAs([LedgerError], () => parseLedger(entry, emptyLedger, 'a ledger'));
  },
});

export const commentState = fuzzTarget({
  name: 'comment-state',
  input: fc.oneof(
    fc.string({ maxLength: 50 }),
    jsonText.map((text) => Buffer.from(text).toString('base64')),
  ),
  check: (text) => void decodeState(text),
});

function refusedAs(
  kinds: readonly (new (...given: never[]) => Error)[],
  work: () => unknown,
): void {
  try {
    work();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}
