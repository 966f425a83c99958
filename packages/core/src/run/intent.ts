import * as z from 'zod';
import type { Intent } from '../providers/adapter.ts';
import type { JournalEntry } from '../record/journal-entry.ts';
import type { Json } from '../types.ts';

/** What `submit` wrote down of the job: enough to collect it, and to look for it, without the config that asked for it. */
const intentSchema = z.object({
  model: z.string(),
  parameters: z.object({
    prompt: z.string().nullable(),
    tier: z.enum(['standard', 'pro']),
    orientation: z.enum(['image', 'video']),
    keepOriginalSound: z.boolean(),
    durationSeconds: z.number().nullable(),
  }),
  options: z.json() as z.ZodType<Json>,
  /** Absent in what earlier versions wrote. */
  price: z
    .object({
      origin: z.enum(['contract', 'published']),
      microUsdPerSecond: z.int().min(0),
      heldMicroUsdPerSecond: z.int().min(0),
    })
    .nullish()
    .transform((price) => price ?? null),
  correlationId: z.string(),
  urls: z.object({ character: z.string(), motion: z.string() }),
});

/** @throws ZodError for an entry that never came to a submit. */
export function readIntent(entry: JournalEntry): Intent {
  const { model, parameters, options, price, correlationId, urls } = intentSchema.parse(
    entry.intent,
  );
  const sent = entry.history.findLast(({ type }) => type === 'submit');
  return {
    correlationId,
    job: { model, ...parameters, options, price },
    urls,
    sentAtMs: sent?.atMs ?? entry.reservedAtMs,
  };
}
