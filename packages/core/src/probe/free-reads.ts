import type { BalanceRead } from '../assumptions/assumption.ts';
import { callApi } from '../http/call-api.ts';
import { messageOf } from '../model/errors.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { HttpRequest, HttpResponse } from '../providers/adapter.ts';
import type { OpenRun } from '../purchase/context.ts';
import { readIntent } from '../purchase/intent.ts';

/** What a provider told besides the purchase, as far as it could be read. */
export interface FreeAnswers {
  readonly publishedMicroUsdPerSecond: number | null;
  readonly balance: number | null;
}

export const noAnswers: FreeAnswers = { publishedMicroUsdPerSecond: null, balance: null };

/** Reads the price list and the balance, where there are any. Free, and never the end of a probe. */
export async function askAccount(
  context: OpenRun,
  { provider, model, parameters }: GenerateStep,
  balance: BalanceRead | null,
): Promise<FreeAnswers> {
  const { priceList } = context.apiFor(provider).endpoint.adapter;
  const listed =
    priceList == null ? null : await askOnce(context, provider, priceList.request(model));
  const left = balance == null ? null : await askOnce(context, provider, balance.request);
  return {
    publishedMicroUsdPerSecond:
      listed == null
        ? null
        : readSafely(() => priceList?.read(listed, model)[parameters.tier] ?? null),
    balance: left == null ? null : readSafely(() => balance?.read(left.json) ?? null),
  };
}

/** Looks for the job of the step as if the answer to its submit had been lost. Nothing is decided by it. */
export async function askForJob(context: OpenRun, step: GenerateStep): Promise<void> {
  const { lookup } = context.apiFor(step.provider).endpoint.adapter;
  const purchase = context.store.purchases.get(step.fingerprint);
  if (lookup == null || purchase == null || Object.keys(purchase.operation).length === 0) return;
  const intent = await readIntent(context, purchase);
  await askOnce(context, step.provider, lookup.request(intent));
}

/** `null` when there was no answer, or none of 2xx: what came is in the record of the probe. */
async function askOnce(
  context: OpenRun,
  provider: string,
  request: HttpRequest,
): Promise<HttpResponse | null> {
  const api = context.apiFor(provider);
  if (!api.endpoint.hasKey) return null;
  try {
    await api.rateLimiter.admit(context.stop.requested);
    const response = await callApi(api, request, context.stop.requested);
    return response.status >= 200 && response.status <= 299 ? response : null;
  } catch (error) {
    context.ports.log.info(`${provider}: ${messageOf(error)}`);
    return null;
  }
}

/** An answer that cannot be read says nothing. */
function readSafely(read: () => number | null): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}
