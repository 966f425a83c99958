import { LedgerError } from '../../../model/errors.ts';
import type { GitHubPort, SignedCommit } from '../../../ports.ts';
import type { SwapOutcome } from '../backend.ts';

/** What GitHub says about a commit of ours, as the outcome of a swap; `files` are what the branch then holds. */
export async function swapSigned(
  github: Pick<GitHubPort, 'commitSigned'>,
  commit: SignedCommit,
  {
    label,
    files,
    signal,
  }: {
    readonly label: string;
    readonly files: ReadonlyMap<string, string>;
    readonly signal: AbortSignal;
  },
): Promise<SwapOutcome> {
  const outcome = await github.commitSigned(commit, signal);
  switch (outcome.kind) {
    case 'committed':
      return { kind: 'swapped', version: { tip: outcome.commit, files } };
    case 'lost':
      return { kind: 'lost' };
    case 'unclear':
      return {
        kind: 'unclear',
        message: `the commit to ${label} by GitHub's API did not end clearly: ${outcome.message}`,
      };
    case 'refused':
      throw new LedgerError(
        `${label} cannot be written: its rules want signed commits, and GitHub's API made none (${outcome.message}). Give the job \`permissions: contents: write\`, or take the branch out of that rule, or set \`ledger: none\`. Until then nothing more is bought.`,
      );
  }
}

export function noSigner(label: string, said: string): LedgerError {
  return new LedgerError(
    `${label} cannot be written: its rules want signed commits (${said}), which only a run with a github-token for this repository can have made by GitHub. Run it there, or take the branch out of that rule, or set \`ledger: file:<path>\`. Until then nothing more is bought.`,
  );
}
