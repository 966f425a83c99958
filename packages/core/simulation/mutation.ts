import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCampaignInParallel } from './campaign.ts';
import type { Invariant } from './checks/invariants.ts';
import type { Edit, Mutant } from './mutants.ts';
import { CORE_SOURCES, MUTANTS } from './places.ts';

export interface MutantResult {
  readonly name: string;
  /** `null` when no history noticed it. */
  readonly caughtBy: Invariant | null;
  readonly histories: number;
  readonly seed: number | null;
}

/** Plants each bug into a copy of the core and lives through histories until one breaks. */
export async function huntMutants(
  mutants: readonly Mutant[],
  options: {
    readonly from: number;
    readonly maxHistories: number;
    readonly workers: number;
    readonly onResult?: (result: MutantResult) => void;
  },
): Promise<MutantResult[]> {
  const results: MutantResult[] = [];
  const waiting = [...mutants.entries()];
  const hunt = async () => {
    for (let next = waiting.shift(); next != null; next = waiting.shift()) {
      const [index, mutant] = next;
      const result = await huntOne(mutant, `${index + 1}`, options);
      results[index] = result;
      options.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, hunt));
  return results;
}

async function huntOne(
  mutant: Mutant,
  directory: string,
  { from, maxHistories }: { readonly from: number; readonly maxHistories: number },
): Promise<MutantResult> {
  const sources = plant(mutant, directory);
  const live = (first: number, seeds: number) =>
    runCampaignInParallel({ sources, from: first, seeds, maxBroken: 1 }, 1);
  const remembered = mutant.noticedAt == null ? null : await live(mutant.noticedAt, 1);
  const campaign =
    remembered != null && remembered.broken.length > 0
      ? remembered
      : await live(from, maxHistories);
  const first = campaign.broken[0];
  return {
    name: mutant.name,
    caughtBy: first?.violations[0]?.invariant ?? null,
    histories: campaign.histories,
    seed: first?.seed ?? null,
  };
}

/** A copy of the core's sources with the bug in it. */
function plant(mutant: Mutant, directory: string): string {
  const target = join(MUTANTS, directory);
  rmSync(target, { recursive: true, force: true });
  cpSync(CORE_SOURCES, target, { recursive: true });
  for (const edit of [mutant, ...(mutant.also ?? [])]) {
    const path = join(target, edit.file);
    writeFileSync(path, replaceOnce(readFileSync(path, 'utf8'), edit, mutant.name));
  }
  return target;
}

/** @throws RangeError when the source has moved on and the bug cannot be planted any more. */
function replaceOnce(source: string, { file, find, replace }: Edit, name: string): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new RangeError(`"${name}": ${file} holds the text ${parts.length - 1} times, not once`);
  return parts.join(replace);
}

export function describeMutants(results: readonly MutantResult[]): string {
  const caught = results.filter(({ caughtBy }) => caughtBy != null).length;
  return [
    ...results.map(describeMutant),
    `${caught} of ${results.length} planted bugs are caught`,
  ].join('\n');
}

export function describeMutant({ name, caughtBy, histories, seed }: MutantResult): string {
  const where = seed == null ? '' : `, seed ${seed}`;
  return `${name.padEnd(66)} ${(caughtBy ?? 'NOT CAUGHT').padEnd(28)} ${histories} histories${where}`;
}
