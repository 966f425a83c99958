import { sha256 } from '../model/hash.ts';
import { canonicalJson } from '../model/json/json.ts';
import { parseBoundedJson } from '../model/json/strict-json.ts';
import { type Plan, planSchema } from '../model/plan.ts';

/**
 * What an approval is given for: everything that the plan says of what is bought. What another model would
 * have cost is no part of it, nor what else the bytes of an asset are called, nor what is made of the videos for
 * nothing: earlier versions did not say it. On whose account it is bought is found out anew by the run, which may
 * not be able to ask what the plan could.
 */
export function digestOf(body: Readonly<Record<string, unknown>>): string {
  const { digest: _digest, mergeBase: _mergeBase, steps, ...everythingElse } = body;
  return sha256(canonicalJson({ ...everythingElse, steps: withoutAdditions(steps) }));
}

/** What earlier versions did not write, and what follows from the rest. */
const ADDITIONS = ['otherModels', 'alsoKnownAs', 'elsewhereAlsoKnownAs', 'webFiles', 'owedByBase'];

function withoutAdditions(steps: unknown): unknown {
  if (!Array.isArray(steps)) return steps;
  return steps.map((step: unknown) => {
    if (typeof step !== 'object' || step == null) return step;
    const bought = ADDITIONS.reduce((rest: object, name) => without(rest, name), step);
    return Object.fromEntries(
      Object.entries(bought).map(([name, value]) => [name, withoutNames(name, value)]),
    );
  });
}

function withoutNames(name: string, value: unknown): unknown {
  if (name === 'character' || name === 'motion') return without(value, 'alsoKnownAs');
  if (name !== 'fallbacks' || !Array.isArray(value)) return value;
  return value.map((fallback: unknown) => without(fallback, 'alsoKnownAs'));
}

function without(value: object, name: string): object;
function without(value: unknown, name: string): unknown;
function without(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value == null || !(name in value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

/**
 * Reads a plan.json that somebody approved. Its digest is computed anew from every byte that is written there: what
 * people read is what they approve.
 *
 * @throws SyntaxError, ZodError when it is no plan; Error when somebody has changed it.
 */
export function parsePlan(text: string): Plan {
  const written: unknown = parseBoundedJson(text);
  const plan = planSchema.parse(written);
  if (typeof written !== 'object' || written == null || digestOf({ ...written }) !== plan.digest)
    throw new Error(
      `it was changed after it was made: its digest ${plan.digest.slice(0, 12)} is not of what it says`,
    );
  return plan;
}
