import * as z from 'zod';
import type { AssetUrls, Intent } from '../providers/adapter.ts';
import type { JournalEntry } from '../record/journal-entry.ts';
import { bareUrl, withoutQueriesIn } from '../redact.ts';
import type { GenerateStep, Json } from '../types.ts';

/** Ours, new for every POST: a provider that takes it can be asked for the job by it. */
export function mintCorrelationId(random: () => number): string {
  const digits = Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 24)
      .toString(16)
      .padStart(6, '0'),
  );
  return `mt-${digits.join('')}`;
}

/** Enough to collect the job later without the config, and to find it at the provider. No secret, no query. */
export function intentOf(step: GenerateStep, urls: AssetUrls, correlationId: string): Json {
  return {
    model: step.model,
    adapterRevision: step.adapterRevision,
    character: step.character.identity,
    motion: step.motion.identity,
    parameters: { ...step.parameters },
    options: withoutQueriesIn(step.options),
    price: step.price == null ? null : { ...step.price },
    correlationId,
    urls: { character: addressOf(urls.character), motion: addressOf(urls.motion) },
  };
}

/** An asset sent inline has no address, and may be megabytes. */
function addressOf(url: string): string {
  return /^https?:/i.test(url) ? bareUrl(url) : '';
}

/** What `intentOf` wrote of the job, as far as it is read back. */
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

/**
 * The job of a purchase as it was sent.
 *
 * @throws ZodError for an entry that never came to a submit.
 */
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
