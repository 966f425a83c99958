import {
  configOf,
  NUMBER,
  type PullRequestBench,
  startPullRequest,
  WRITE,
} from './pull-request-bench.ts';
import { REPOSITORY } from './workbench.ts';

export const CONFIG = '.github/motion-transfer.yml';

export const LABEL = 'motion-transfer-approved';

export const over = configOf('per-pull-request: 0.10');

/** A plan over the limit is shown, and a keeper stands by. */
export async function startShown(permissions = WRITE): Promise<PullRequestBench> {
  const bench = await startPullRequest({ base: over, permissions });
  bench.emulator.github.setRole(REPOSITORY, 'keeper', 'write');
  await bench.plan();
  bench.emulator.advance(5_000);
  return bench;
}

export const approve = ({ emulator }: PullRequestBench) => {
  emulator.github.label(REPOSITORY, NUMBER, LABEL, 'keeper');
  emulator.advance(5_000);
};

export const again = (bench: PullRequestBench) => {
  bench.emulator.github.unlabel(REPOSITORY, NUMBER, LABEL, 'keeper');
  approve(bench);
};

/** Anybody with write permission can edit a comment of the bot; its author stays the bot. */
export function edit({ pull }: PullRequestBench, change: (body: string) => string): void {
  const comment = pull.comments.find(({ user }) => user.login === 'github-actions[bot]');
  if (comment == null) throw new Error('there is no comment to edit');
  comment.body = change(comment.body);
}

export const statusesOf = ({ emulator, pull }: PullRequestBench) =>
  emulator.github.statuses(REPOSITORY, pull.headSha);
