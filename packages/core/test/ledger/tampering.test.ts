import { describe, expect, test } from 'vitest';
import { emptyLedger, ledgerChanges, parseLedger } from '../../src/ledger/files/files.ts';
import { foldJournal } from '../../src/ledger/journal.ts';
import { LedgerError } from '../../src/model/errors.ts';
import { eventsTo } from '../support/journal.ts';
import { applyChanges } from '../support/ledger-files.ts';
import { sweepOf } from '../support/sweep.ts';

const label = 'branch ledger';
const STATE = 'state.json';
const purchases = foldJournal([
  ...eventsTo('recorded', { fingerprint: `aa${'1'.repeat(62)}`, pullRequest: 7 }),
  ...eventsTo('submitted', { fingerprint: `aa${'2'.repeat(62)}`, provider: 'fal' }),
  ...eventsTo('unknown', { fingerprint: `bb${'1'.repeat(62)}`, holder: { runId: '101' } }),
  ...eventsTo('failed-refunded', { fingerprint: `cc${'1'.repeat(62)}` }),
]);
const files = applyChanges(new Map(), ledgerChanges(emptyLedger, purchases, label));
const ledger = parseLedger(files, emptyLedger, label);
const purchaseFiles = [...files.keys()].filter((path) => path.startsWith('purchases/'));
const textOf = (path: string) => files.get(path) ?? '';

/** Whoever has read the ledger before and whoever opens it now refuse it alike. */
function expectRefused(changed: ReadonlyMap<string, string>): void {
  expect(() => parseLedger(changed, ledger, label)).toThrow(LedgerError);
  expect(() => parseLedger(changed, emptyLedger, label)).toThrow(LedgerError);
}

const withFile = (path: string, text: string) => new Map([...files, [path, text]]);
const without = (path: string) => new Map([...files].filter(([each]) => each !== path));

/** Every value with one value in it changed, and with one member or item left out. */
function* changesOf(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield [`${path}/${index} left out`, value.toSpliced(index, 1)];
      for (const [name, changed] of changesOf(item, `${path}/${index}`))
        yield [name, value.with(index, changed)];
    }
  } else if (typeof value === 'object' && value != null) {
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield [`${path}/${name} left out`, rest];
      yield [`${path}/${name} renamed`, { ...rest, [`${name}0`]: member }];
      for (const [where, changed] of changesOf(member, `${path}/${name}`))
        yield [where, { ...value, [name]: changed }];
    }
  } else {
    yield [`${path} changed`, otherThan(value)];
    if (value != null) yield [`${path} emptied`, null];
  }
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return 1;
  return /\d/.test(value)
    ? value.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`)
    : `${value}x`;
}

describe('a change of state.json alone is refused', () => {
  const state: unknown = JSON.parse(textOf(STATE));
  // The release to name to those that cannot read it is for people.
  const changes = [...changesOf(state)].filter(([name]) => !name.startsWith('/readBy'));

  test('of any value, any member and any item', () => {
    expect(changes.length).toBeGreaterThan(150);
    for (const [name, changed] of changes) {
      const text = JSON.stringify(changed);
      expect(() => expectRefused(withFile(STATE, text)), name).not.toThrow();
    }
  });

  test('as is one that adds something', () => {
    for (const name of ['open', 'months', 'pullRequests', 'providers', 'runs', 'directories']) {
      const { [name]: member, ...rest } = JSON.parse(textOf(STATE));
      const item = Object.values(member)[0] ?? { charged: '$0.00', held: '$0.00', purchases: 0 };
      const more = Array.isArray(member) ? [...member, item] : { ...member, x: item };
      expectRefused(withFile(STATE, JSON.stringify({ ...rest, [name]: more })));
    }
  });
});

describe('a change of purchases alone is refused', () => {
  test('of any value in a line', () => {
    for (const path of purchaseFiles) {
      const lines = textOf(path).trimEnd().split('\n');
      for (const [index, line] of lines.entries()) {
        for (const [name, changed] of sweepOf(changesOf(JSON.parse(line)))) {
          const text = `${lines.with(index, JSON.stringify(changed)).join('\n')}\n`;
          expect(() => expectRefused(withFile(path, text)), `${path}${name}`).not.toThrow();
        }
      }
    }
  });

  test('of a line that is left out, written twice or moved', () => {
    const [path = '', other = ''] = purchaseFiles;
    const [first = '', second = ''] = textOf(path).trimEnd().split('\n');
    expectRefused(withFile(path, `${first}\n`));
    expectRefused(withFile(path, `${second}\n`));
    expectRefused(withFile(path, `${second}\n${first}\n`));
    expectRefused(withFile(path, `${first}\n${first}\n${second}\n`));
    expectRefused(withFile(path, `${first} \n${second}\n`));
    const converted = withFile(path, `${first}\r\n${second}\r\n`);
    expectRefused(converted);
    expect(() => parseLedger(converted, ledger, label)).toThrow(
      `${path} in the ledger (${label}) cannot be trusted: its lines end as those of Windows do (CRLF). It was changed by hand or by another version, so nothing is spent; put the last good version back`,
    );
    expectRefused(withFile(other, `${second}\n${textOf(other)}`));
    const month = 'purchases/aa/2026-11.jsonl';
    expectRefused(new Map([...withFile(path, `${first}\n`), [month, `${second}\n`]]));
    expectRefused(withFile(month, `${second}\n`));
  });

  test('of a file that is left out, emptied, added, moved or swapped', () => {
    for (const path of purchaseFiles) {
      expectRefused(without(path));
      expectRefused(withFile(path, ''));
      expectRefused(withFile(path, '\n'));
      const later = path.replace('2026-10', '2026-11');
      expectRefused(new Map([...without(path), [later, textOf(path)]]));
      expectRefused(withFile(later, textOf(path)));
      for (const other of purchaseFiles)
        if (other !== path) expectRefused(withFile(path, textOf(other)));
    }
    expectRefused(withFile('purchases/aa/2026-10.json', textOf(purchaseFiles[0] ?? '')));
    expectRefused(withFile('purchases/notes', 'x'));
    expectRefused(without(STATE));
  });

  test('but not a change that state.json follows', () => {
    const rest = new Map([...purchases].filter(([key]) => !key.startsWith('cc')));
    const changed = applyChanges(new Map(), ledgerChanges(emptyLedger, rest, label));
    expect(parseLedger(changed, ledger, label).purchases.size).toBe(3);
    expect(parseLedger(changed, emptyLedger, label).purchases.size).toBe(3);
  });
});
