import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { HttpResponse } from '../../src/providers/adapter.ts';
import type { Json } from '../../src/types.ts';

const json: z.ZodType<Json> = z.json();

/** An answer as it was documented, seen or is feared: `body` is JSON, `text` anything else. */
const response = z.union([
  z.strictObject({ status: z.int(), body: json }),
  z.strictObject({ status: z.int(), text: z.string() }),
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
const failures = z.array(z.strictObject({ ...base, expect: expected }));

export interface AdapterFixtures {
  readonly accepted: z.output<typeof accepted>;
  readonly progress: z.output<typeof progress>;
  readonly failures: z.output<typeof failures>;
}

/** The recorded answers of one provider, from `test/fixtures/<provider>/`. */
export function loadFixtures(provider: string): AdapterFixtures {
  const load = (name: string): unknown =>
    JSON.parse(
      readFileSync(new URL(`../fixtures/${provider}/${name}.json`, import.meta.url), 'utf8'),
    );
  return {
    accepted: accepted.parse(load('accepted')),
    progress: progress.parse(load('progress')),
    failures: failures.parse(load('failures')),
  };
}

/** What the runner makes of an answer before an adapter sees it. */
export function toResponse(
  wire: z.output<typeof response>,
  headers: Record<string, string> = {},
): HttpResponse {
  const text = 'text' in wire ? wire.text : JSON.stringify(wire.body);
  return { status: wire.status, headers, json: parse(text), text: text.slice(0, 500) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
