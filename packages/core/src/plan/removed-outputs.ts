import type { Lockfile } from '../model/lockfile/lockfile.ts';
import type { AssetSource } from '../model/media/media.ts';
import type { RemovedOutput } from '../model/plan.ts';

export interface RemovalFacts {
  /** What the base branch's config makes. */
  readonly baseOutputs: readonly string[];
  readonly baseLockfile: Lockfile;
  /** What the pull request's config makes, `only` or not. */
  readonly headOutputs: readonly string[];
  /** Paths of the pull request's files; given when the base branch's own could not be listed. */
  readonly headFiles: ReadonlySet<string> | null;
}

/** Outputs that the base branch still makes and the pull request no longer does, in order of path. */
export function findRemoved(facts: RemovalFacts): RemovedOutput[] {
  const { baseOutputs, baseLockfile, headOutputs, headFiles } = facts;
  const kept = new Set(headOutputs);
  // Without the base branch's files its globs cannot tell what vanished; its lockfile names the assets.
  const orphaned = Object.entries(baseLockfile.outputs)
    .filter(([, { character, motion }]) =>
      [character.source, motion.source].some((source) => isGone(source, headFiles)),
    )
    .map(([output]) => output);
  return [...new Set([...baseOutputs, ...orphaned])]
    .filter((output) => !kept.has(output))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((output) => ({
      output,
      provider: Object.hasOwn(baseLockfile.outputs, output)
        ? (baseLockfile.outputs[output]?.provider ?? null)
        : null,
    }));
}

function isGone(source: AssetSource, headFiles: ReadonlySet<string> | null): boolean {
  return headFiles != null && source.kind === 'file' && !headFiles.has(source.path);
}
