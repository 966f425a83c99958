import * as z from 'zod';
import { entryPath } from '../ledger/files.ts';
import { findIntentLine } from '../ledger/journal-file.ts';
import { messageOf, RecordError } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import type { Purchase } from '../model/purchase.ts';
import type { Intent } from '../providers/adapter.ts';
import type { OpenRun } from './context.ts';

type IntentContext = Pick<OpenRun, 'ports' | 'workspace' | 'stateDirectory' | 'store'>;

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

/** @throws RecordError with the file and the line, for an intent that is not what `submit` writes down. */
export async function readIntent(context: IntentContext, purchase: Purchase): Promise<Intent> {
  const read = intentSchema.safeParse(purchase.intent);
  if (!read.success) throw await unreadable(context, purchase, read.error);
  const { model, parameters, options, price, correlationId, urls } = read.data;
  const sent = purchase.history.findLast(({ type }) => type === 'submit');
  return {
    correlationId,
    job: { model, ...parameters, options, price },
    urls,
    sentAtMs: sent?.atMs ?? purchase.reservedAtMs,
  };
}

/** Which revision of the adapter asked for it: whoever collects it may be of another version. */
export function revisionOf({ intent }: Purchase): number | null {
  return z.object({ adapterRevision: z.int() }).safeParse(intent).data?.adapterRevision ?? null;
}

async function unreadable(
  context: IntentContext,
  { fingerprint, transferId }: Purchase,
  cause: z.ZodError,
): Promise<RecordError> {
  const { ports, store } = context;
  const line = await findIntentLine(ports, context, fingerprint).catch(() => null);
  const place = line ?? `${entryPath(fingerprint)} in the ledger (${store.ledger?.label})`;
  return new RecordError(
    `${place}: what was asked for of ${transferId} cannot be read (intent: ${messageOf(cause)}), so it can be neither looked for nor collected here; put the last good version of that file back, or use the release that bought it`,
    { cause },
  );
}
