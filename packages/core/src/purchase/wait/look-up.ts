import { callApi } from '../../http/call-api.ts';
import { holdsRedaction } from '../../http/redact-answer.ts';
import { canonicalJson } from '../../model/json/json.ts';
import { formatUsd } from '../../model/money.ts';
import type { Purchase } from '../../model/purchase/purchase.ts';
import { settleInstructions } from '../../model/purchase/settle-instructions.ts';
import type { Found, HttpResponse, Intent, Lookup } from '../../providers/adapter.ts';
import type { OpenRun } from '../context.ts';
import { readIntent } from '../intent.ts';
import { boundFound } from './read-answer.ts';

/**
 * Looks for a job whose answer was lost, where the provider can be asked. Exactly one job that provably
 * is ours is adopted; none found releases the hold only where the provider documents that its listing is
 * complete. Anything else stays as it is. Returns what a person should know, or `null` when settled.
 */
export async function lookUp(context: OpenRun, purchase: Purchase): Promise<string | null> {
  const api = context.apiFor(purchase.provider);
  const { adapter, hasKey } = api.endpoint;
  const held = `${formatUsd(purchase.holdMicroUsd)} stays held`;
  const settle = settleInstructions(purchase);
  if (adapter.lookup == null)
    return `${adapter.title} cannot be asked whether it was accepted; ${held}. ${settle}`;
  if (!hasKey)
    return `${adapter.title} was not asked whether it was accepted, because its key is not set; ${held}. ${settle}`;
  const intent = await readIntent(context, purchase);
  const admission = await api.rateLimiter.admit(context.stop.requested);
  const response = await callApi(api, adapter.lookup.request(intent), context.stop.requested);
  if (!isAnswer(response, adapter.lookup)) {
    const { kind, message, retryAfterMs } = adapter.trouble(response);
    if (kind === 'rate-limit') admission.limited(retryAfterMs);
    return `${adapter.title} did not say whether it was accepted (HTTP ${response.status}: ${message}); ${held}. ${settle}`;
  }
  const found = boundFound(adapter.lookup.found(response, intent));
  const { matches, candidates } = withoutOthers(
    context,
    purchase,
    response.isRedacted ? withoutRedacted(found) : found,
  );
  const [match] = matches;
  const base = { fingerprint: purchase.fingerprint, atMs: context.ports.clock.nowMs() };
  if (match != null && matches.length === 1) {
    await context.store.append({
      ...base,
      type: 'accept',
      operation: match,
      url: null,
      reported: null,
    });
    return null;
  }
  if (
    matches.length === 0 &&
    candidates.length === 0 &&
    (await provesAbsence(context, adapter.lookup, intent))
  ) {
    const message = `${adapter.title} knows no such job`;
    await context.store.append({ ...base, type: 'release', message });
    return null;
  }
  const seen = [...matches.map((found) => JSON.stringify(found)), ...candidates];
  const what =
    seen.length === 0
      ? `${adapter.title} lists no such job, which proves nothing`
      : `${adapter.title} lists jobs that may be it: ${seen.slice(0, 5).join(', ')}${seen.length > 5 ? `, and ${seen.length - 5} more` : ''}`;
  return `${what}; ${held}. ${settle}`;
}

/** What is on record for another purchase is that one's job, however alike the two are. */
function withoutOthers(
  { store }: OpenRun,
  { fingerprint, provider }: Purchase,
  { matches, candidates }: Found,
): Found {
  const held = [...store.purchases.values()]
    .filter((other) => other.fingerprint !== fingerprint && other.provider === provider)
    .map(({ operation }) => operation);
  const operations = new Set(held.map(canonicalJson));
  const ids = new Set(held.flatMap((operation) => Object.values(operation)));
  return {
    matches: matches.filter((operation) => !operations.has(canonicalJson(operation))),
    candidates: candidates.filter((id) => !ids.has(id)),
  };
}

/** A job whose id is not as the provider wrote it cannot be asked for: it is shown to a person. */
function withoutRedacted({ matches, candidates }: Found): Found {
  const [damaged, exact] = [true, false].map((wanted) =>
    matches.filter((operation) => holdsRedaction(operation) === wanted),
  );
  return {
    matches: exact ?? [],
    candidates: [...candidates, ...(damaged ?? []).map((operation) => JSON.stringify(operation))],
  };
}

function isAnswer({ status }: HttpResponse, lookup: Lookup): boolean {
  return (status >= 200 && status <= 299) || lookup.missingStatuses.includes(status);
}

async function provesAbsence(
  { ports, clockCheck }: OpenRun,
  lookup: Lookup,
  intent: Intent,
): Promise<boolean> {
  const window = lookup.absenceProvesAfterMs;
  if (window?.basis !== 'documented') return false;
  const nowMs = (await clockCheck.outsideNowMs()) ?? ports.clock.nowMs();
  return nowMs >= intent.sentAtMs + window.value;
}
