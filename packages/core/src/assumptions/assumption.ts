import type { OutputWarning } from '../model/media/output-warning.ts';
import type { Exchange, ExchangeResponse, Purpose } from '../model/probe.ts';
import type { Tier } from '../model/transfer.ts';
import type { HttpRequest } from '../providers/adapter.ts';

/**
 * Something about a provider that no page of it says, or that its pages disagree about, and that the
 * adapter relies on all the same.
 */
export interface Assumption {
  /** Unique for its provider; never renamed, because reports of others name it. */
  readonly id: string;
  readonly sentence: string;
  /** Where it comes from, or why nothing better is known. */
  readonly source: string;
  /** `null` when the answers say nothing about it. */
  check(evidence: Evidence): Check | null;
}

export interface Check {
  readonly verdict: 'confirmed' | 'wrong';
  /** What was seen, in a sentence. */
  readonly seen: string;
}

/** Everything of one probe that a check may look at. */
export interface Evidence {
  readonly exchanges: readonly Exchange[];
  readonly model: string;
  readonly tier: Tier;
  readonly clipSeconds: number;
  /** By the price row that was used. */
  readonly microUsdPerSecond: number;
  /** What the estimate said, lowest and highest. */
  readonly lowMicroUsd: number;
  readonly highMicroUsd: number;
  /** By the provider's own price list; `null` where it has none or it could not be read. */
  readonly publishedMicroUsdPerSecond: number | null;
  /** What left the account, in the unit of `BalanceRead`; `null` when it is not known. */
  readonly spent: number | null;
  /** Whether the job of this probe is done. */
  readonly isDone: boolean;
  /** What its video lacks; `null` where there is none, or where it was not looked at. */
  readonly lacks: readonly OutputWarning['kind'][] | null;
  /** The provider's id of the job; `null` when it gave none. */
  readonly jobId: string | null;
}

/** How what is left in an account is read. Only a probe reads it. */
export interface BalanceRead {
  readonly request: HttpRequest;
  /** `null` when the answer does not say. */
  read(json: unknown): number | null;
  readonly unit: 'dollars' | 'credits';
}

/** What is assumed of one provider. */
export interface ProviderAssumptions {
  readonly provider: string;
  readonly balance?: BalanceRead;
  readonly assumptions: readonly Assumption[];
  /** Facts of the adapter that an assumption here says more exactly; see `facts.ts`. */
  readonly covers: readonly string[];
}

export function confirmed(seen: string): Check {
  return { verdict: 'confirmed', seen };
}

export function wrong(seen: string): Check {
  return { verdict: 'wrong', seen };
}

export function decided(isTrue: boolean, seen: string): Check {
  return isTrue ? confirmed(seen) : wrong(seen);
}

/** Whole answers to requests of that purpose, in order. */
export function answersTo({ exchanges }: Evidence, purpose: Purpose): ExchangeResponse[] {
  return exchanges.flatMap((exchange) =>
    exchange.purpose === purpose && exchange.response != null && exchange.problem == null
      ? [exchange.response]
      : [],
  );
}

export function successesOf(evidence: Evidence, purpose: Purpose): ExchangeResponse[] {
  return answersTo(evidence, purpose).filter(isSuccess);
}

export function isSuccess({ status }: ExchangeResponse): boolean {
  return status >= 200 && status <= 299;
}

/** The request to buy, and its answer; the last one where it was sent again. */
export function lastSubmit({ exchanges }: Evidence): Exchange | null {
  return exchanges.findLast(({ purpose }) => purpose === 'submit') ?? null;
}

/** A member of JSON by its path; `undefined` where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (member, key) =>
      typeof member === 'object' && member != null && Object.hasOwn(member, key)
        ? Reflect.get(member, key)
        : undefined,
    value,
  );
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//i.test(value);
}

/** `status, generation_id`: the names of an object, for sentences. */
export function namesIn(value: unknown): string {
  if (typeof value !== 'object' || value == null) return 'no object';
  const names = Object.keys(value);
  return names.length === 0 ? 'no members' : names.slice(0, 20).join(', ');
}

/** `HTTP 422: mode is not supported`: an answer in a line. */
export function lineOf({ status, text }: ExchangeResponse): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 200);
  return line === '' ? `HTTP ${status} without a body` : `HTTP ${status}: ${line}`;
}

/** Whether two figures are the same but for rounding. */
export function isAbout(figure: number, expected: number): boolean {
  return Math.abs(figure - expected) <= Math.max(0.011 * Math.abs(expected), 1e-9);
}
