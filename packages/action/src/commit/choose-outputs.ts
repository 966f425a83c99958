import type { Delivered, TransferResult } from '@motion-transfer/core';
import {
  isKeptAside,
  type LockedOutput,
  readGitIndex,
  readLockfile,
} from '@motion-transfer/core/shell';
import type { Session } from '../session.ts';

/** A video that was delivered and proved, and what the lockfile says about it. */
export interface ChosenOutput {
  readonly output: string;
  readonly sha256: string;
  readonly locked: LockedOutput;
  /** What lies beside it for web pages. */
  readonly webFiles: readonly { readonly path: string; readonly sha256: string }[];
}

/** What was to be committed and is not. */
export interface LeftOut {
  readonly output: string;
  readonly why: string;
}

export interface Choice {
  readonly chosen: readonly ChosenOutput[];
  readonly leftOut: readonly LeftOut[];
  /** Whether any of them came with this run, or what lies beside it: made by it, or collected from an earlier one. */
  readonly isAnyNew: boolean;
}

/**
 * What this run made or collected and delivered, and what lies here from an earlier one and is not committed yet.
 * What no transfer asks for any more stays in the artifact.
 */
export async function chooseOutputs(
  { ports, github, stateDirectory }: Session,
  results: readonly TransferResult[],
  delivered: Delivered | null,
): Promise<Choice> {
  const proved = new Set(delivered?.videos.map(({ output, sha256 }) => `${sha256} ${output}`));
  const made = results.filter(
    ({ state, sha256, output }) =>
      ['generated', 'copied', 'collected'].includes(state) &&
      !isKeptAside(output) &&
      proved.has(`${sha256} ${output}`),
  );
  const reused = results.filter(({ state, sha256 }) => state === 'reused' && sha256 != null);
  const { workspace } = github;
  const webFilesOf = ({ webFiles = [] }: TransferResult) =>
    webFiles.flatMap(({ path, sha256 }) => (sha256 == null ? [] : [{ path, sha256 }]));
  const index = await readGitIndex(
    ports.git,
    workspace,
    reused.flatMap((result) => [result.output, ...webFilesOf(result).map(({ path }) => path)]),
    // Files without a repository: nobody knows which of them are committed.
  ).catch(() => null);
  const isUncommitted = (path: string, sha256: string | null) => {
    const known = index?.files.get(path);
    return index != null && known?.isUnchanged !== true && known?.lfsObject !== sha256;
  };
  const uncommitted = reused.filter(
    (result) =>
      isUncommitted(result.output, result.sha256) ||
      webFilesOf(result).some(({ path, sha256 }) => isUncommitted(path, sha256)),
  );
  const { outputs } = await readLockfile(ports, { workspace, stateDirectory });
  const chosen: ChosenOutput[] = [];
  const leftOut: LeftOut[] = [];
  for (const result of [...made, ...uncommitted]) {
    const { output, sha256 } = result;
    const locked = outputs[output];
    if (sha256 != null && locked?.sha256 === sha256)
      chosen.push({ output, sha256, locked, webFiles: webFilesOf(result) });
    else leftOut.push({ output, why: 'the lockfile of this checkout does not name it any more' });
  }
  return { chosen, leftOut, isAnyNew: made.length > 0 || results.some(isAnyMade) };
}

function isAnyMade({ webFiles = [] }: TransferResult): boolean {
  return webFiles.some(({ state }) => state === 'made');
}
