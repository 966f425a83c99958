import type { GenerateStep } from '../model/plan.ts';
import type { RunRequest } from '../run/run.ts';
import { type BuyOutcome, buy, type Report } from './buy.ts';
import type { RunContext } from './context.ts';
import { type ReservedWave, reserveWave } from './reserve.ts';

export interface FallbackContext {
  readonly run: RunContext;
  readonly request: RunRequest;
  /** Keys that this run buys or collects: nobody else in it asks for them too. */
  readonly claimed: Set<string>;
  readonly report: Report;
  /** Called before another provider is asked: from then on the records speak of that one. */
  readonly onMaker: (step: GenerateStep) => void;
  /** Waits for somebody else's purchase of the same thing, as for any planned one. */
  readonly adopt: (step: GenerateStep, reserved: ReservedWave) => Promise<BuyOutcome>;
}

/** What came of buying, from whom, and why it was not the provider that was planned. */
export interface Made {
  readonly purchase: BuyOutcome;
  readonly note: string | null;
}

/**
 * Buys a step from its provider, whose hold is reserved; when that one provably did not accept it, from
 * the next of its list, each with a hold of its own that has to fit the limits as they are by then.
 */
export async function buyFromAny(context: FallbackContext, planned: GenerateStep): Promise<Made> {
  const { run, request, claimed } = context;
  const title = (provider: string) => run.apiFor(provider).endpoint.adapter.title;
  const backend = (provider: string) => run.apiFor(provider).endpoint.adapter.service.backend.value;
  const notes: string[] = [];
  const down = new Set<string>();
  let asked = planned.provider;
  let purchase = await buy(run, planned, context.report);
  for (const fallback of planned.fallbacks) {
    if (purchase.kind === 'paid' || purchase.refusal == null) break;
    const { about, message } = purchase.refusal;
    if (about === 'outage') down.add(backend(asked));
    const skip = (why: string) => notes.push(`${title(fallback.provider)} was not asked: ${why}`);
    if (!run.apiFor(fallback.provider).endpoint.hasKey) {
      skip('its key is not set');
      continue;
    }
    if (down.has(backend(fallback.provider))) {
      skip(`it runs on the same machines (${backend(fallback.provider)})`);
      continue;
    }
    if (claimed.has(fallback.fingerprint)) {
      skip('this run buys the same from it for another transfer; run again to copy that');
      continue;
    }
    const next: GenerateStep = {
      ...planned,
      ...fallback,
      fallbacks: [planned, ...planned.fallbacks].filter(
        ({ fingerprint }) => fingerprint !== fallback.fingerprint,
      ),
      elsewhere: [planned.fingerprint, ...planned.elsewhere].filter(
        (fingerprint) => fingerprint !== fallback.fingerprint,
      ),
    };
    const reserved = await reserveWave(run, [next], request);
    const isGranted = reserved.granted.has(next.fingerprint);
    if (!isGranted && !reserved.taken.has(next.fingerprint)) {
      skip(whyNotReserved(reserved));
      continue;
    }
    notes.push(`${title(asked)} did not accept it (${message})`);
    asked = fallback.provider;
    claimed.add(next.fingerprint);
    context.onMaker(next);
    run.ports.log.info(`${planned.id}: ${notes.join('; ')}; asking ${title(asked)}`);
    purchase = isGranted
      ? await buy(run, next, context.report)
      : await context.adopt(next, reserved);
  }
  if (notes.length === 0) return { purchase, note: null };
  const told = notes.join('; ');
  return { purchase, note: purchase.kind === 'paid' ? `made by ${title(asked)}: ${told}` : told };
}

function whyNotReserved({ problem, decision }: ReservedWave): string {
  const messages = decision.violations.map(({ message }) => message);
  return problem ?? (messages.length > 0 ? messages.join('; ') : 'the budget does not allow it');
}
