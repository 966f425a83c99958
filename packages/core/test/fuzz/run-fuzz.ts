import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FuzzInput, FuzzTarget } from './target.ts';
import { fuzzTargets } from './targets.ts';

/** Inputs that broke something once: each is tried again by `npm test`. */
const FOUND = join(import.meta.dirname, 'found');
/** Of one target before the next has its turn. */
const INPUTS_IN_TURN = 200;

export interface FuzzRequest {
  readonly seconds: number;
  readonly seed: number;
  /** Part of the names of the targets; empty for all of them. */
  readonly only: string;
  readonly log: (line: string) => void;
}

export interface FoundInput {
  readonly target: string;
  readonly seed: number;
  readonly message: string;
  /** Where it is kept from now on. */
  readonly file: string;
}

export interface FuzzOutcome {
  readonly inputs: Readonly<Record<string, number>>;
  readonly found: readonly FoundInput[];
}

/** Gives every target its turn until the time is over, at least once each; one that broke is left out. */
export async function runFuzz({ seconds, seed, only, log }: FuzzRequest): Promise<FuzzOutcome> {
  const inputs: Record<string, number> = {};
  const found: FoundInput[] = [];
  const endMs = performance.now() + seconds * 1_000;
  let left = fuzzTargets.filter(({ name }) => name.includes(only));
  if (left.length === 0) throw new RangeError(`no target is called like "${only}"`);
  for (let turn = 0; left.length > 0 && (turn === 0 || performance.now() < endMs); turn++) {
    for (const target of left) {
      const details = await check(target, seed + turn);
      inputs[target.name] = (inputs[target.name] ?? 0) + details.numRuns;
      if (!details.failed) continue;
      const [input] = details.counterexample ?? [];
      const message = String(details.errorInstance ?? 'no reason');
      const file = input == null ? '' : keep(target.name, input);
      found.push({ target: target.name, seed: seed + turn, message, file });
      log(`${target.name}: FUZZ_SEED=${seed + turn}: ${message.slice(0, 500)}; kept as ${file}`);
    }
    left = left.filter(({ name }) => !found.some(({ target }) => target === name));
  }
  return { inputs, found };
}

function check(target: FuzzTarget, seed: number): Promise<fc.RunDetails<[FuzzInput]>> {
  const property = fc.asyncProperty(target.input, async (input) => target.check(input));
  return Promise.resolve(
    fc.check(property, { seed, numRuns: target.inputsInTurn ?? INPUTS_IN_TURN }),
  );
}

function keep(target: string, input: FuzzInput): string {
  const kept =
    typeof input === 'string' ? { text: input } : { base64: Buffer.from(input).toString('base64') };
  const content = `${JSON.stringify({ target, ...kept }, null, 2)}\n`;
  const name = `${target}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.json`;
  mkdirSync(FOUND, { recursive: true });
  writeFileSync(join(FOUND, name), content);
  return name;
}

/** What was found so far, with the target that it broke. */
export function readFound(): { name: string; target: FuzzTarget; input: FuzzInput }[] {
  return readdirSync(FOUND)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const kept: { target: string; text?: string; base64?: string } = JSON.parse(
        readFileSync(join(FOUND, name), 'utf8'),
      );
      const target = fuzzTargets.find((one) => one.name === kept.target);
      if (target == null) throw new Error(`${name} names no target`);
      return { name, target, input: kept.text ?? Buffer.from(kept.base64 ?? '', 'base64') };
    });
}
