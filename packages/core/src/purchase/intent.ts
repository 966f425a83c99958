import * as z from 'zod';
import { randomId } from '../ids.ts';
import { directoryOf } from '../ledger/files/purchase-file.ts';
import { findIntentLine } from '../ledger/journal-file.ts';
import { messageOf, RecordError } from '../model/errors.ts';
import type { Json } from '../model/json/json.ts';
import { jobPriceSchema } from '../model/money.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import { bareUrl, withoutQueriesIn } from '../model/secrets/redact.ts';
import { transferParametersSchema } from '../model/transfer.ts';
import type { AssetUrls, Intent } from '../providers/adapter.ts';
import type { OpenRun } from './context.ts';

/** Ours, new for every POST: a provider that takes it can be asked for the job by it. */
export function mintCorrelationId(random: () => number): string {
  return `mt-${randomId(random, 24)}`;
}

/** Enough to collect the job later without the config, and to find it at the provider. No secret, no query. */
export function intentOf(step: GenerateStep, urls: AssetUrls, correlationId: string): Json {
  return {
    model: step.model,
    ...(step.modelName == null ? {} : { modelName: step.modelName }),
    adapterRevision: step.adapterRevision,
    character: step.character.identity,
    motion: step.motion.identity,
    alsoKnownAs: {
      character: [...(step.character.alsoKnownAs ?? [])],
      motion: [...(step.motion.alsoKnownAs ?? [])],
    },
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

type IntentContext = Pick<OpenRun, 'ports' | 'workspace' | 'stateDirectory' | 'store'>;

/** What `submit` wrote down of the job: enough to collect it, and to look for it, without the config that asked for it. */
const intentSchema = z.object({
  model: z.string(),
  parameters: transferParametersSchema.omit({ take: true }),
  options: z.json() as z.ZodType<Json>,
  /** Absent in what earlier versions wrote. */
  price: jobPriceSchema.nullish().transform((price) => price ?? null),
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
  const place =
    line ?? `its line in ${directoryOf(fingerprint)} of the ledger (${store.ledger?.label})`;
  return new RecordError(
    `${place}: what was asked for of ${transferId} cannot be read (intent: ${messageOf(cause)}), so it can be neither looked for nor collected here; put the last good version of that file back, or use the release that bought it`,
    { cause },
  );
}
