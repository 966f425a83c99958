import type { Delivered, TransferResult } from '@motion-transfer/core';
import { messageOf } from '@motion-transfer/core';
import { askGit } from '../github/commit-standing.ts';
import { redactor } from '../secrets.ts';
import type { Session } from '../session.ts';
import { type Choice, chooseOutputs, type LeftOut } from './choose-outputs.ts';
import { createContents } from './contents.ts';
import type { Destination } from './destination.ts';
import { offerPullRequest } from './offer-pull-request.ts';
import { type Pushed, pushOutputs } from './push-outputs.ts';
import { commitMessage, isOwnMessage, type Occasion, pullRequestText } from './texts.ts';
import { withBranch } from './with-branch.ts';

/** What a run made, after it was delivered and recorded. */
export interface Made {
  readonly results: readonly TransferResult[];
  readonly delivered: Delivered | null;
  /** A ledger has it on record, so that the next run finds it. */
  readonly isOnRecord: boolean;
}

export interface Committed {
  /** What is not as it was asked for, with the next step; `null` when all is. */
  readonly problem: string | null;
  readonly notes: readonly string[];
  /** `null` when there was nothing to commit, or no way to. */
  readonly commitId: string | null;
  readonly pullRequestUrl: string | null;
}

const NOTHING: Committed = { problem: null, notes: [], commitId: null, pullRequestUrl: null };
/** Videos that are no objects of Git LFS go along with the push. */
const PUSH_TIMEOUT_MS = 10 * 60_000;

/**
 * Commits what was delivered and is proved on disk, with the lockfile's words about it, and nothing else. The
 * purchase is over by then: trouble here is a problem to report, and loses nothing.
 */
export async function commitOutputs(
  session: Session,
  destination: Destination | null,
  made: Made,
): Promise<Committed> {
  if (destination == null) return NOTHING;
  if (session.stop.isCancelled())
    return { ...NOTHING, problem: `Nothing was committed: the run was cancelled. ${wayOn(made)}` };
  try {
    const choice = await chooseOutputs(session, made.results, made.delivered);
    const nothing = await whyNothing(session, choice);
    if (nothing != null) {
      session.ports.log.info(nothing);
      return { ...NOTHING, problem: problemOf(choice.leftOut, made) };
    }
    return await commitChosen(session, destination, choice, made);
  } catch (error) {
    return { ...NOTHING, problem: `Nothing was committed: ${messageOf(error)}. ${wayOn(made)}` };
  }
}

/** A push with another token than the automatic one starts workflows, and so a commit of ours would follow another. */
async function whyNothing(
  { ports, github }: Session,
  { chosen, isAnyNew }: Choice,
): Promise<string | null> {
  if (chosen.length === 0) return 'There is nothing to commit.';
  if (isAnyNew) return null;
  const message = await askGit(ports.git, github.workspace)('log', '-1', '--format=%B', 'HEAD');
  return isOwnMessage(message ?? '')
    ? 'Nothing was made for the commit of an earlier run, so no further one follows it.'
    : null;
}

async function commitChosen(
  session: Session,
  destination: Destination,
  choice: Choice,
  made: Made,
): Promise<Committed> {
  const { ports, github, access, stop } = session;
  const pulls =
    destination.kind === 'pull-request' ? ((await access?.pullRequests()) ?? null) : null;
  const occasionOf = (outputs: readonly string[]): Occasion => {
    const { runId, attempt } = github.identity;
    return { outputs, runId, attempt, runUrl: github.runUrl };
  };
  const use = {
    branch: destination.branch,
    name: 'outputs',
    pushTimeoutMs: PUSH_TIMEOUT_MS,
    consequence: 'nothing was committed',
  };
  return withBranch(session, use, async (repository, remoteUrl) => {
    const pushed = await pushOutputs(ports, {
      repository,
      remoteUrl,
      destination,
      pulls,
      chosen: choice.chosen,
      contents: createContents(ports, github.workspace, repository),
      messageFor: (outputs) => redactor.redact(commitMessage(occasionOf(outputs))),
      signal: stop.hard,
    });
    const problem = problemOf([...choice.leftOut, ...pushed.leftOut], made);
    const committed = { ...NOTHING, commitId: pushed.commit, notes: describe(destination, pushed) };
    for (const note of committed.notes) ports.log.info(note);
    if (destination.kind !== 'pull-request' || pulls == null || !pushed.isOnBranch)
      return { ...committed, problem };
    const text = pullRequestText(occasionOf(pushed.outputs.map(({ output }) => output)));
    try {
      const pullRequestUrl = await offerPullRequest(pulls, destination, text);
      return { ...committed, problem, pullRequestUrl };
    } catch (error) {
      const failed = capitalize(messageOf(error));
      return { ...committed, problem: [problem, failed].filter((one) => one != null).join('. ') };
    }
  });
}

function describe(
  { branch }: Destination,
  { commit, outputs, outdated }: Pushed,
): readonly string[] {
  const notes = outdated.map(
    (output) =>
      `${output}: branch ${branch} has a newer purchase of it, which counts; ours is kept in its lockfile.`,
  );
  if (commit == null)
    return outputs.length === 0
      ? notes
      : [...notes, `Nothing to commit: branch ${branch} has it all already.`];
  const what =
    outputs.length === 0
      ? 'no video'
      : outputs.length === 1
        ? outputs[0]
        : `${outputs.length} outputs`;
  return [
    ...notes,
    `Committed ${what} and the lockfile to branch ${branch} (${commit.slice(0, 12)}).`,
  ];
}

function problemOf(leftOut: readonly LeftOut[], made: Made): string | null {
  if (leftOut.length === 0) return null;
  const named = leftOut.map(({ output, why }) => `${output}: ${why}`);
  return `Not committed: ${named.join('; ')}. ${wayOn(made)}`;
}

/** Where the videos are, and what brings them into the branch. */
function wayOn({ delivered, isOnRecord }: Made): string {
  const place =
    delivered?.archive == null
      ? 'What was made is on this machine, in the workspace'
      : `What was made is in the artifact ${delivered.archive.artifactName} of this run`;
  const next = isOnRecord
    ? 'the next run takes it from its artifact and commits it, nothing is bought again'
    : 'commit it from there together with the lockfile, so that it is not bought again';
  return `${place}; ${next}`;
}

function capitalize(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
