import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Json } from '../../src/model/json/json.ts';
import type { HttpResponse } from '../../src/providers/adapter.ts';

const json: z.ZodType<Json> = z.json();

/** An answer as it was documented, seen or is feared: `body` is JSON, `text` anything else. */
const headers = z.record(z.string(), z.string()).optional();
const response = z.union([
  z.strictObject({ status: z.int(), headers, body: json }),
  z.strictObject({ status: z.int(), headers, text: z.string() }),
]);
const base = { name: z.string(), source: z.string(), response };
const expected = z.record(z.string(), json);

const accepted = z.array(
  z.strictObject({ ...base, expect: z.union([z.literal('throws'), expected]) }),
);
const progress = z.array(
  z.strictObject({
    ...base,
    operation: z.record(z.string(), json),
    tier: z.enum(['standard', 'pro']).default('standard'),
    expect: expected,
  }),
);
const endings = z.array(
  z.strictObject({
    ...base,
    asked: z.enum(['status', 'result', 'output']),
    expect: expected.nullable(),
  }),
);
const failures = z.array(z.strictObject({ ...base, expect: expected }));
const lookups = z.array(
  z.strictObject({ ...base, expect: z.union([z.literal('throws'), expected]) }),
);

export interface AdapterFixtures {
  readonly accepted: z.output<typeof accepted>;
  readonly progress: z.output<typeof progress>;
  /** Answers to the request that `Progress` calls `ready`; empty where there is none. */
  readonly results: z.output<typeof progress>;
  /** Answers other than 2xx to questions about a job; empty where none of them is about its end. */
  readonly endings: z.output<typeof endings>;
  /** Answers to a submit other than 2xx. */
  readonly failures: z.output<typeof failures>;
  /** Answers to a lookup; empty where there is none. */
  readonly lookups: z.output<typeof lookups>;
}

/** The recorded answers of one provider, from `test/fixtures/<provider>/`. */
export function loadFixtures(provider: string): AdapterFixtures {
  const pathOf = (name: string) => new URL(`../fixtures/${provider}/${name}.json`, import.meta.url);
  const load = (name: string): unknown => JSON.parse(readFileSync(pathOf(name), 'utf8'));
  const loadIfThere = (name: string): unknown => (existsSync(pathOf(name)) ? load(name) : []);
  return {
    accepted: accepted.parse(load('accepted')),
    progress: progress.parse(load('progress')),
    results: progress.parse(loadIfThere('results')),
    endings: endings.parse(loadIfThere('endings')),
    failures: failures.parse(load('failures')),
    lookups: lookups.parse(loadIfThere('lookups')),
  };
}

/** What the runner makes of an answer before an adapter sees it. */
export function toResponse(
  wire: z.output<typeof response>,
  headers: Record<string, string> = wire.headers ?? {},
): HttpResponse {
  const text = 'text' in wire ? wire.text : JSON.stringify(wire.body);
  return {
    status: wire.status,
    headers,
    json: parse(text),
    text: text.slice(0, 500),
    isRedacted: false,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
