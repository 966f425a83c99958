import { randomId } from '../ids.ts';
import type { Json } from '../model/json.ts';
import type { GenerateStep } from '../model/plan.ts';
import { bareUrl, withoutQueriesIn } from '../model/redact.ts';
import type { AssetUrls } from '../providers/adapter.ts';

/** Ours, new for every POST: a provider that takes it can be asked for the job by it. */
export function mintCorrelationId(random: () => number): string {
  return `mt-${randomId(random, 24)}`;
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
