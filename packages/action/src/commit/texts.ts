/** What others read about a commit of ours, and how we know one again. */

const MARKER = 'Motion-Transfer-Run';
/** A pull request of many outputs stays readable. */
const MOST_LISTED = 200;

/** As GitHub shows the account of the automatic token (its id is public). */
export const AUTHOR = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
} as const;

export interface Occasion {
  readonly outputs: readonly string[];
  /** Of the run that made them, and its attempt. */
  readonly runId: string;
  readonly attempt: number;
  readonly runUrl: string | null;
}

/** The trailer tells a later run that this commit is none of a person. */
export function commitMessage(occasion: Occasion): string {
  const { runUrl, runId, attempt } = occasion;
  const run = runUrl == null ? [] : [`Run: ${runUrl}`];
  const trailers = [...run, `${MARKER}: ${runId}-${attempt}`];
  return `${titleOf(occasion)}\n\n${listOf(occasion, '')}\n\n${trailers.join('\n')}\n`;
}

export function isOwnMessage(message: string): boolean {
  return new RegExp(`^${MARKER}: \\S+$`, 'm').test(message);
}

export function pullRequestText(occasion: Occasion): {
  readonly title: string;
  readonly body: string;
} {
  const { runUrl } = occasion;
  const by = runUrl == null ? 'a run' : `[a run](${runUrl})`;
  const body = `Outputs that ${by} made, with the lockfile that says what they were made from. Last added:\n\n${listOf(occasion, '- ')}\n\nWhile this is open, further runs add their outputs to it.\n`;
  return { title: 'Add animations made by Motion Transfer', body };
}

function titleOf({ outputs }: Occasion): string {
  // The branch has newer videos; what ours were made from is on record all the same.
  if (outputs.length === 0) return 'Record what Motion Transfer bought in the lockfile';
  return outputs.length === 1
    ? `Add ${outputs[0]} made by Motion Transfer`
    : `Add ${outputs.length} animations made by Motion Transfer`;
}

function listOf({ outputs }: Occasion, bullet: '' | '- '): string {
  const names = outputs
    .slice(0, MOST_LISTED)
    .map((output) => `${bullet}${bullet === '' ? output : code(output)}`);
  const more = outputs.length - names.length;
  return [...names, ...(more > 0 ? [`${bullet}and ${more} more`] : [])].join('\n');
}

/** A name of a file is text of others: no Markdown, and nobody is mentioned by it. */
function code(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}
