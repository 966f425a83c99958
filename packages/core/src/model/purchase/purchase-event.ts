import * as z from 'zod';
import { jsonSchema } from '../json/json.ts';
import { chargeSourceSchema } from '../money.ts';
import {
  archiveSchema,
  charge,
  downloadFields,
  microUsd,
  pullRequest,
  reservedFields,
  round,
  sha256Schema,
  states,
  time,
} from './purchase.ts';

/** Files keep their first names: there `fingerprint` is `key` and `round` is `purchase`. */
const base = {
  key: sha256Schema,
  atMs: time,
  /** Operation id: looked for after a write whose answer was lost. */
  id: z.string().regex(/^[0-9a-z-]{1,64}$/),
  /** Which purchase of this fingerprint it is about, from 1: a late event never touches the next one. */
  purchase: z.number().int().min(1),
};

const storedEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('reserve'),
    ...reservedFields,
  }),
  z.object({
    ...base,
    type: z.literal('submit'),
    attempt: z.number().int().min(1),
    intent: jsonSchema,
  }),
  z.object({ ...base, type: z.literal('not-accepted'), message: z.string() }),
  z.object({
    ...base,
    type: z.literal('accept'),
    operation: z.record(z.string(), jsonSchema),
    /** A synchronous answer names the output at once: kept in the same write, it may be the only handle. */
    url: z.string().nullable(),
    reported: charge.nullable(),
  }),
  z.object({ ...base, type: z.literal('complete'), url: z.string(), reported: charge.nullable() }),
  z.object({
    ...base,
    type: z.literal('download'),
    ...downloadFields,
  }),
  /** `identity` of the bytes where they lie now, as a later plan will find it. */
  z.object({ ...base, type: z.literal('store'), identity: z.string() }),
  z.object({ ...base, type: z.literal('record'), charge, archive: archiveSchema.nullable() }),
  /** Of delivered bytes: a newer artifact that holds them, or `null` once nobody keeps them any more, with why. */
  z.object({
    ...base,
    type: z.literal('archive'),
    archive: archiveSchema.nullable(),
    message: z.string().optional(),
  }),
  z.object({ ...base, type: z.literal('give-up-waiting'), message: z.string() }),
  z.object({ ...base, type: z.literal('lose-answer'), message: z.string() }),
  z.object({ ...base, type: z.literal('release'), message: z.string() }),
  z.object({ ...base, type: z.literal('fail-charged'), message: z.string(), charge }),
  z.object({
    ...base,
    type: z.literal('fail-refunded'),
    message: z.string(),
    /** Ended on our own request: that is not counted as a failure of the job. */
    isCancelled: z.literal(true).optional(),
  }),
  z.object({
    ...base,
    type: z.literal('write-off'),
    message: z.string(),
    actor: z.string(),
    charge,
  }),
  /** Dated by a clock that was ahead: it belongs to the day on which that was found out. */
  z.object({ ...base, type: z.literal('correct-date'), message: z.string(), actor: z.string() }),
  /** An earlier purchase of the key was accepted after it was written off and the key was bought anew. */
  z.object({
    ...base,
    type: z.literal('count-earlier'),
    earlier: z.strictObject({
      round,
      state: z.enum(states),
      provider: reservedFields.provider,
      microUsd,
      source: chargeSourceSchema,
      runId: z.string(),
      pullRequest,
      reservedAtMs: time,
    }),
  }),
]);
type StoredEvent = z.output<typeof storedEventSchema>;
type Named<Stored> = Stored extends StoredEvent
  ? Omit<Stored, 'key' | 'purchase'> & { readonly fingerprint: string; readonly round: number }
  : never;

/** Something that happened to a purchase. */
export type PurchaseEvent = Named<StoredEvent>;

/** An event as its maker knows it; the store adds the round and an operation id. */
export type NewEvent = Unnumbered<PurchaseEvent>;
type Unnumbered<Event> = Event extends PurchaseEvent ? Omit<Event, 'id' | 'round'> : never;

/** @throws ZodError for what is no event of a journal. */
export function parseEvent(stored: unknown): PurchaseEvent {
  const { key, purchase, ...rest } = storedEventSchema.parse(stored);
  return { ...rest, fingerprint: key, round: purchase } as PurchaseEvent;
}

/** The inverse of `parseEvent`: what is written to a journal. */
export function toStoredEvent({ fingerprint, round, ...rest }: PurchaseEvent): StoredEvent {
  return { key: fingerprint, purchase: round, ...rest } as StoredEvent;
}
