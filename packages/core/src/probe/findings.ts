import type { Evidence } from '../assumptions/assumption.ts';
import { balanceOf, checkAssumptions } from '../assumptions/registry.ts';
import { type Endpoint, moveToBase } from '../http/endpoint.ts';
import { UnsafeError } from '../model/errors.ts';
import type { GenerateStep, StagedAsset } from '../model/plan.ts';
import type { Exchange, ProbeFindings } from '../model/probe.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { TransferResult } from '../model/results.ts';
import type { HttpRequest } from '../providers/adapter.ts';
import { jobOf, type OpenRun } from '../purchase/context.ts';
import { readIntent } from '../purchase/intent.ts';
import { toExchange } from './exchange.ts';
import type { FreeAnswers } from './free-reads.ts';
import { type KnownRequests, purposesOf } from './purposes.ts';
import type { HttpRecorder } from './recorder.ts';

export interface ProbeTerms {
  readonly provider: string;
  readonly maxCostMicroUsd: number;
  readonly secrets: readonly string[];
}

/** What a probe leaves behind, before anything is made of it. */
export interface ProbeTraces {
  readonly recorder: HttpRecorder;
  /** `null` when the plan held nothing to buy. */
  readonly step: GenerateStep | null;
  readonly result: TransferResult | null;
  readonly before: FreeAnswers;
  readonly after: FreeAnswers;
}

/** Sorts the recorded answers, takes out what must not be published, and checks every assumption. */
export async function findAssumptions(
  context: OpenRun,
  terms: ProbeTerms,
  traces: ProbeTraces,
): Promise<ProbeFindings> {
  const { provider, maxCostMicroUsd } = terms;
  const { step, result } = traces;
  const { adapter } = context.apiFor(provider).endpoint;
  if (step == null || result == null) return nothingFound(context, terms);
  const purchase = context.store.purchases.get(step.fingerprint) ?? null;
  const exchanges = await publishExchanges(context, terms, traces, step, purchase);
  return {
    provider,
    title: adapter.title,
    maxCostMicroUsd,
    purchase: {
      transferId: step.id,
      model: step.model,
      tier: step.parameters.tier,
      clipSeconds: step.facts.motion.trackSeconds,
      state: result.state,
      message: result.message,
      holdMicroUsd: step.estimate.highMicroUsd,
      chargedMicroUsd: result.charge?.microUsd ?? null,
      wasSubmitted: exchanges.some(({ purpose }) => purpose === 'submit'),
    },
    assumptions: checkAssumptions(
      adapter,
      evidenceOf(context, step, { ...traces, exchanges, purchase }),
    ),
    exchanges,
  };
}

const noEvidence: Evidence = {
  exchanges: [],
  model: '',
  tier: 'standard',
  clipSeconds: 0,
  microUsdPerSecond: 0,
  lowMicroUsd: 0,
  highMicroUsd: 0,
  publishedMicroUsdPerSecond: null,
  spent: null,
  isDone: false,
  lacks: null,
  jobId: null,
};

/** The findings of a probe that saw no answer. */
export function nothingFound(
  context: OpenRun,
  { provider, maxCostMicroUsd }: ProbeTerms,
): ProbeFindings {
  const { adapter } = context.apiFor(provider).endpoint;
  const assumptions = checkAssumptions(adapter, noEvidence);
  const { title } = adapter;
  return { provider, title, maxCostMicroUsd, purchase: null, assumptions, exchanges: [] };
}

function evidenceOf(
  context: OpenRun,
  { provider, model, parameters, facts, estimate }: GenerateStep,
  {
    result,
    before,
    after,
    exchanges,
    purchase,
  }: Pick<ProbeTraces, 'result' | 'before' | 'after'> & {
    readonly exchanges: readonly Exchange[];
    readonly purchase: Purchase | null;
  },
): Evidence {
  const { adapter } = context.apiFor(provider).endpoint;
  const [jobId = null] = idsOf(purchase);
  const spent =
    before.balance == null || after.balance == null ? null : before.balance - after.balance;
  return {
    exchanges,
    model,
    tier: parameters.tier,
    clipSeconds: facts.motion.trackSeconds,
    // The row of this version: a price that the provider published just now would confirm itself.
    microUsdPerSecond: adapter.models[model]?.prices[parameters.tier].microUsdPerSecond ?? 0,
    lowMicroUsd: estimate.lowMicroUsd,
    highMicroUsd: estimate.highMicroUsd,
    publishedMicroUsdPerSecond:
      before.publishedMicroUsdPerSecond ?? after.publishedMicroUsdPerSecond,
    spent,
    isDone: result?.state === 'generated' || result?.state === 'collected',
    lacks: result?.warnings?.map(({ kind }) => kind) ?? null,
    jobId,
  };
}

async function publishExchanges(
  context: OpenRun,
  { provider, secrets }: ProbeTerms,
  { recorder }: ProbeTraces,
  step: GenerateStep,
  purchase: Purchase | null,
): Promise<Exchange[]> {
  const api = context.apiFor(provider);
  const { endpoint } = api;
  const { adapter } = endpoint;
  const jobIds = idsOf(purchase);
  const calls = recorder.calls();
  const purposes = purposesOf(calls, await knownRequests(context, step, purchase));
  for (const secret of [...recorder.credentials, ...secrets]) context.redactor.add(secret);
  const rules = {
    redactor: context.redactor,
    moved: adapter.origins.map((origin) => [origin, baseOf(origin, endpoint)] as const),
    origins: adapter.origins,
    jobIds,
  };
  const kept = calls.flatMap((call, index) => {
    const purpose = purposes[index];
    return purpose == null ? [] : [{ call, purpose }];
  });
  return kept.map(({ call, purpose }, index) => toExchange(call, purpose, index + 1, rules));
}

/** Every request of the probe that can be worked out again, as it was sent from here. */
async function knownRequests(
  context: OpenRun,
  step: GenerateStep,
  purchase: Purchase | null,
): Promise<KnownRequests> {
  const { endpoint } = context.apiFor(step.provider);
  const { adapter } = endpoint;
  const job = jobOf(step);
  const sent = (request: HttpRequest | null | undefined) => sentFrom(endpoint, request);
  const hasJob = purchase != null && Object.keys(purchase.operation).length > 0;
  const lookup =
    adapter.lookup == null || !hasJob
      ? null
      : adapter.lookup.request(await readIntent(context, purchase));
  const url = purchase?.url ?? '';
  return {
    baseUrls: adapter.origins.map((origin) => baseOf(origin, endpoint)),
    urls: {
      submit: sent(adapter.submit(job, step.facts, { character: '', motion: '' }, '')),
      status: sent(hasJob ? adapter.status(purchase.operation, job) : null),
      'look-up': sent(lookup),
      price: sent(adapter.priceList?.request(step.model)),
      balance: sent(balanceOf(step.provider)?.request),
      download: url === '' ? null : { method: 'GET', url },
    },
    hasUpload: (['character', 'motion'] as const).some(
      (role) => isHandedOver(step.staged[role]) && adapter.uploads?.[role]?.kind === 'stored',
    ),
    ids: idsOf(purchase),
  };
}

function isHandedOver(asset: StagedAsset): boolean {
  return asset.method === 'provider' || (asset.method === 'fetched' && asset.to === 'provider');
}

/** The address under which an origin is reached here. */
function baseOf(origin: string, { adapter, baseUrl, furtherBaseUrls }: Endpoint): string {
  return origin === adapter.origins[0] ? baseUrl : (furtherBaseUrls[origin] ?? origin);
}

/** As it was sent from here; `null` for a request that is never sent. */
function sentFrom(
  endpoint: Endpoint,
  request: HttpRequest | null | undefined,
): { readonly method: string; readonly url: string } | null {
  if (request == null) return null;
  try {
    return { method: request.method, url: moveToBase(request.url, endpoint) };
  } catch (error) {
    if (!(error instanceof UnsafeError)) throw error;
    return null;
  }
}

/** Texts of the handle that name the job: no address, nothing short enough to be found by chance. */
function idsOf(purchase: Purchase | null): string[] {
  return Object.values(purchase?.operation ?? {}).filter(
    (value): value is string =>
      typeof value === 'string' && value.length >= 6 && !value.includes('/'),
  );
}
