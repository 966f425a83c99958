import * as z from 'zod';
import { type Json, jsonSchema } from '../json/json.ts';
import { type Charge, chargeSourceSchema } from '../money.ts';
import { DEFAULT_MODEL, type ModelName, modelNameSchema } from '../transfer.ts';
import {
  holdsMoney,
  type PurchaseEventType,
  type PurchaseState,
  transitions,
} from './purchase-state.ts';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
export const time = z.number().int().min(0).max(8_640_000_000_000_000);
export const microUsd = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const charge = z.strictObject({
  microUsd: microUsd.nullable(),
  source: chargeSourceSchema,
});

/** Who holds a purchase: one job of one attempt of a workflow run, in one checkout. */
export const holderSchema = z.strictObject({
  runId: z.string(),
  attempt: z.number().int().min(1),
  job: z.string(),
  /** Of the state directory: whoever holds its lock knows that earlier processes there are gone. */
  checkout: z.string(),
  /** By then it has ended by itself; what is only reserved is free again a while after. */
  untilMs: time,
});
export type Holder = z.output<typeof holderSchema>;

/** Where bought bytes are kept beside the workspace. */
export const archiveSchema = z.strictObject({
  artifactId: z.number().int().min(0),
  artifactName: z.string(),
  runId: z.string(),
  /** Inside the artifact. */
  path: z.string(),
});
export type Archive = z.output<typeof archiveSchema>;

/** An earlier purchase of the same key that cost something: it counts on, whatever became of the next. */
export interface SettledPurchase {
  readonly round: number;
  readonly state: PurchaseState;
  readonly provider: string;
  readonly microUsd: number;
  readonly source: Charge['source'];
  readonly runId: string;
  readonly pullRequest: number | null;
  readonly reservedAtMs: number;
}

/** One thing that happened, for people and for finding an operation again. */
export interface HistoryItem {
  readonly id: string;
  readonly type: PurchaseEventType;
  readonly atMs: number;
}

/** What is on record about one purchase. */
export interface Purchase {
  readonly fingerprint: string;
  readonly round: number;
  readonly state: PurchaseState;
  readonly transferId: string;
  readonly output: string;
  readonly provider: string;
  readonly holdMicroUsd: number;
  readonly holder: Holder;
  readonly pullRequest: number | null;
  readonly approvedBy: string | null;
  /** Its month is the month of this moment, whenever it is settled. */
  readonly reservedAtMs: number;
  /** The job as it was sent, so that it can be collected whatever the config says by now. */
  readonly intent: Json;
  readonly operation: { readonly [key: string]: Json };
  readonly url: string | null;
  readonly reported: Charge | null;
  readonly charge: Charge | null;
  readonly download: {
    readonly sha256: string;
    readonly bytes: number;
    readonly videoSeconds: number;
  } | null;
  /** Refunded failures so far: after three it is not tried again. */
  readonly failureCount: number;
  /** Identity of the stored bytes; `null` before. */
  readonly identity: string | null;
  readonly message: string | null;
  readonly archive: Archive | null;
  readonly atMs: number;
  readonly settled: readonly SettledPurchase[];
  /** The latest events, oldest first. */
  readonly history: readonly HistoryItem[];
}

/** Everything on record, by fingerprint. */
export type Purchases = ReadonlyMap<string, Purchase>;

/** A failure that cost nothing is tried again this often; then a person must change something. */
export const MAX_REFUNDED_FAILURES = 3;

/** What counts against every limit: the hold while anything is open, then the charge. */
export function costOf(purchase: Purchase): number {
  const charged = purchase.charge?.microUsd;
  if (holdsMoney(purchase.state, charged != null)) return purchase.holdMicroUsd;
  if (['released', 'failed-refunded'].includes(purchase.state)) return 0;
  return charged ?? purchase.holdMicroUsd;
}

/** Why nobody keeps the delivered bytes any more, as found out by the run that asked for them last; else `null`. */
export function whyLost({ state, archive, history, message }: Purchase): string | null {
  if (state !== 'recorded' || archive != null) return null;
  // Bytes that were delivered without an artifact have none either, and are not lost for that.
  const last = history.findLast(({ type }) => type === 'record' || type === 'archive');
  return last?.type === 'archive' ? message : null;
}

/** The model that was asked for; `null` as long as none was. */
export function modelNameOf({ intent }: Purchase): ModelName | null {
  if (intent == null) return null;
  const named = z.object({ modelName: modelNameSchema.default(DEFAULT_MODEL) }).safeParse(intent);
  return named.data?.modelName ?? null;
}

const terms = z.object({
  model: z.string(),
  parameters: z.record(z.string(), jsonSchema),
  options: jsonSchema,
});

/** What was asked for, in the words of a lockfile entry; `null` as long as nothing was. */
export function intentTermsOf({
  intent,
}: Purchase): { readonly model: string; readonly parameters: Json } | null {
  const asked = terms.safeParse(intent).data;
  if (asked == null) return null;
  return { model: asked.model, parameters: { ...asked.parameters, options: asked.options } };
}

export const round = z.number().int().min(1);
export const pullRequest = z.number().int().min(1).nullable();
/** Of a reservation: what the journal takes, the ledger takes. */
export const reservedFields = {
  // Where none is written it is the output's path, of up to 1024 bytes.
  transferId: z.string().max(4096),
  output: z.string().max(4096),
  provider: z.string().max(100),
  holdMicroUsd: microUsd,
  holder: holderSchema,
  pullRequest,
  /** Who let it exceed the pull request's limit. */
  approvedBy: z.string().max(200).nullable(),
};
export const downloadFields = {
  sha256: sha256Schema,
  bytes: z.number().int().min(0),
  videoSeconds: z.number().min(0),
};
export const states = Object.keys(transitions) as [PurchaseState, ...PurchaseState[]];
const eventTypes = [
  ...new Set(Object.values(transitions).flatMap((events) => Object.keys(events))),
] as [PurchaseEventType, ...PurchaseEventType[]];

/**
 * Files keep their first names: there `fingerprint` is `key` and `round` is `purchase`. The members are written
 * in this order: the key and what totals are made of come first, where they are found without parsing the rest.
 */
const storedPurchaseSchema = z.strictObject({
  key: sha256Schema,
  purchase: round,
  state: z.enum(states),
  provider: reservedFields.provider,
  pullRequest: reservedFields.pullRequest,
  holdMicroUsd: reservedFields.holdMicroUsd,
  charge: charge.nullable(),
  reservedAtMs: time,
  atMs: time,
  settled: z.array(
    z.strictObject({
      purchase: round,
      state: z.enum(states),
      provider: z.string(),
      microUsd,
      source: chargeSourceSchema,
      runId: z.string(),
      pullRequest,
      reservedAtMs: time,
    }),
  ),
  holder: reservedFields.holder,
  transferId: reservedFields.transferId,
  output: reservedFields.output,
  approvedBy: reservedFields.approvedBy,
  intent: jsonSchema,
  operation: z.record(z.string(), jsonSchema),
  url: z.string().nullable(),
  reported: charge.nullable(),
  download: z.strictObject(downloadFields).nullable(),
  failureCount: z.number().int().min(0),
  identity: z.string().nullable(),
  message: z.string().nullable(),
  archive: archiveSchema.nullable(),
  history: z.array(z.strictObject({ id: z.string(), type: z.enum(eventTypes), atMs: time })),
});

/** A purchase as it is read from a file: strict, so that nothing can be slipped in or left out. */
export const purchaseSchema = storedPurchaseSchema.transform(
  ({ key, purchase, ...rest }): Purchase => ({
    fingerprint: key,
    round: purchase,
    ...rest,
    settled: rest.settled.map(toSettled),
  }),
);

function toSettled({
  purchase,
  ...item
}: z.output<typeof storedPurchaseSchema>['settled'][number]): SettledPurchase {
  return { round: purchase, ...item };
}

/** What is asked of every purchase on record; of most, nothing else is. */
const HEAD_MEMBERS = {
  key: true,
  purchase: true,
  state: true,
  provider: true,
  pullRequest: true,
  holdMicroUsd: true,
  charge: true,
  reservedAtMs: true,
  atMs: true,
  settled: true,
  holder: true,
  transferId: true,
  output: true,
} as const;
/** The members after them, in the order in which they are written. */
export const PURCHASE_TAIL = [
  'approvedBy',
  'intent',
  'operation',
  'url',
  'reported',
  'download',
  'failureCount',
  'identity',
  'message',
  'archive',
  'history',
] as const satisfies readonly (keyof Purchase)[];

/** The first members of a purchase in a file. */
export const purchaseHeadSchema = storedPurchaseSchema.pick(HEAD_MEMBERS).transform(
  ({ key, purchase, settled, ...rest }): PurchaseHead => ({
    fingerprint: key,
    round: purchase,
    ...rest,
    settled: settled.map(toSettled),
  }),
);
export type PurchaseHead = Omit<Purchase, (typeof PURCHASE_TAIL)[number]>;

const storedMembers = storedPurchaseSchema.keyof().options;

/** The inverse of `purchaseSchema`: what is written to a file, its members always in the same order. */
export function toStoredPurchase({ fingerprint, round: number, ...rest }: Purchase): unknown {
  const settled = rest.settled.map(({ round: earlier, ...item }) => ({
    purchase: earlier,
    ...item,
  }));
  const stored = { key: fingerprint, purchase: number, ...rest, settled };
  const inOrder = storedMembers.map((name) => [name, stored[name]]);
  // A member that the schema does not know is not dropped unseen: it is refused where the text is read back.
  return { ...Object.fromEntries(inOrder), ...stored };
}
