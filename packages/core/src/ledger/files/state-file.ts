import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { sha256 } from '../../model/hash.ts';
import { parseRecordJson } from '../../model/json/strict-json.ts';
import { formatUsd, MICRO_USD_PER_USD } from '../../model/money.ts';
import { LEDGER_FORMAT, LEDGER_READ_BY } from './format.ts';
import type { FileTally, Sum, Tally } from './tally.ts';

/**
 * A run may last for 35 days and be started again for 30 days after it began, so that what counts for one that
 * can still buy was reserved in the newest three months.
 */
const MONTHS_WITH_RUNS = 3;
/** Of a sha256: enough that no two texts are taken for one another. */
const DIGEST_DIGITS = 32;

/** Open holds, totals and what lies in each directory, from the purchases alone: the same purchases are the same text. */
export function formatState(tally: Tally): string {
  const state = { version: LEDGER_FORMAT, readBy: LEDGER_READ_BY, ...stateOf(tally) };
  const members = Object.entries(state).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${formatMember(value)}`,
  );
  return `{\n${members.join(',\n')}\n}\n`;
}

/** Whether a text says what follows from the purchases, in whatever order, spacing or digits. */
export function agreesWith(text: string, tally: Tally): boolean {
  const due = formatState(tally);
  if (text === due) return true;
  const said = readState(stateSchema, text);
  return said != null && isDeepStrictEqual(said, readState(stateSchema, due));
}

function stateOf({ files, open, sums }: Tally) {
  const purchases = [...open.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const latestMs = [...files.values()].reduce(
    (latest, file) => Math.max(latest, file.latestMs),
    -1,
  );
  const months = [...sums.months.keys()].sort().slice(-MONTHS_WITH_RUNS);
  const runs = [...sums.runs].filter(([name]) => months.includes(name.split(' ')[0] ?? ''));
  return {
    latest: latestMs < 0 ? null : new Date(latestMs).toISOString(),
    open: purchases.map(
      ({ fingerprint, transferId, state, provider, holdMicroUsd, pullRequest, holder }) => ({
        key: fingerprint,
        transferId,
        state,
        provider,
        held: formatUsd(holdMicroUsd),
        pullRequest,
        runId: holder.runId,
      }),
    ),
    months: formatSums(sums.months),
    pullRequests: formatSums(sums.pullRequests),
    providers: formatSums(sums.providers),
    runs: formatSums(runs),
    directories: digestDirectories(files),
  };
}

function formatSums(
  sums: Iterable<readonly [string, Sum]>,
): Record<string, { charged: string; held: string; purchases: number }> {
  const byName = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    byName.map(([name, { chargedMicroUsd, heldMicroUsd, purchases }]) => [
      name,
      {
        charged: formatUsd(Number(chargedMicroUsd)),
        held: formatUsd(Number(heldMicroUsd)),
        purchases,
      },
    ]),
  );
}

/** Of the names and the text of all files in it: whoever reads one directory can check it alone. */
function digestDirectories(
  files: ReadonlyMap<string, FileTally>,
): Record<string, { purchases: number; sha256: string }> {
  const directories = new Map<string, { purchases: number; list: string }>();
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const directory = path.slice(0, path.lastIndexOf('/'));
    const { purchases, list } = directories.get(directory) ?? { purchases: 0, list: '' };
    directories.set(directory, {
      purchases: purchases + file.purchases,
      list: `${list}${file.sha256}  ${path}\n`,
    });
  }
  return Object.fromEntries(
    [...directories].map(([directory, { purchases, list }]) => [
      directory,
      { purchases, sha256: sha256(list).slice(0, DIGEST_DIGITS) },
    ]),
  );
}

/** A line for each item: a person reads it, and a change of one shows as a change of one line. */
function formatMember(value: unknown): string {
  if (typeof value !== 'object' || value == null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const items = Object.entries(value).map(
    ([name, item]) => `    ${isList ? '' : `${JSON.stringify(name)}: `}${JSON.stringify(item)}`,
  );
  const inside = items.length === 0 ? '' : `\n${items.join(',\n')}\n  `;
  return isList ? `[${inside}]` : `{${inside}}`;
}

/** `$0.7` and `$0.70` are one amount. Sums may be larger than any price that can be written: the writer has no bound. */
const amount = z
  .string()
  .regex(/^\$(0|[1-9]\d{0,14})(\.\d{1,6})?$/)
  .transform((text) => {
    const [whole, fraction = ''] = text.slice(1).split('.');
    return Number(whole) * MICRO_USD_PER_USD + Number(fraction.padEnd(6, '0'));
  });
const totals = z.record(
  z.string(),
  z.object({ charged: amount, held: amount, purchases: z.number() }),
);
const openPurchase = z.object({
  key: z.string(),
  transferId: z.string(),
  state: z.string(),
  provider: z.string(),
  held: amount,
  pullRequest: z.number().nullable(),
});

function inOrder<Item extends { readonly key: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** What both formats say. Members that are not named here are for people: nothing rests on them. */
export const stateSchema1 = z.object({
  version: z.literal(1),
  open: z.array(openPurchase).transform(inOrder),
  months: totals,
  pullRequests: totals,
  providers: totals,
});

const stateSchema = stateSchema1.extend({
  version: z.literal(LEDGER_FORMAT),
  latest: z.string().nullable(),
  open: z.array(openPurchase.extend({ runId: z.string() })).transform(inOrder),
  runs: totals,
  directories: z.record(z.string(), z.object({ purchases: z.number(), sha256: z.string() })),
});

/** `null` for a text that is no such file. */
export function readState<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.output<Schema> | null {
  try {
    return schema.safeParse(parseRecordJson(text)).data ?? null;
  } catch {
    return null;
  }
}
