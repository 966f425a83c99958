import { readFile } from 'node:fs/promises';
import { findLeaks } from '../leaks.ts';
import type { CommandFiles } from './environment.ts';
import { parseFileCommands } from './file-commands.ts';
import { type Annotation, type Group, parseWorkflowCommands } from './workflow-commands.ts';

/** What is left of an action that has ended. */
export interface ActionRun {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The step's colour: the exit code, or a command file that the runner could not read. */
  readonly outcome: 'success' | 'failure';
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly exportedVariables: Readonly<Record<string, string>>;
  /** The whole summary file, also where it is too long for the runner. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly groups: readonly Group[];
  readonly masks: readonly string[];
  readonly debugMessages: readonly string[];
  readonly durationMs: number;
}

type Ended = Pick<ActionRun, 'exitCode' | 'signal' | 'stdout' | 'stderr' | 'durationMs'>;

const MAX_SUMMARY_BYTES = 1024 * 1024;

/**
 * Reads the command files and the log of an action that has ended, however it ended.
 *
 * @throws Error where one of the keys stands in any of them, or the log holds a command nobody can have meant.
 */
export async function readActionRun(
  ended: Ended,
  files: CommandFiles,
  keys: readonly string[],
): Promise<ActionRun> {
  const read = async (path: string) => parseFileCommands(await readFile(path, 'utf8'));
  const commands = {
    output: await read(files.output),
    state: await read(files.state),
    env: await read(files.environment),
  };
  const summary = await readFile(files.summary, 'utf8');
  const written = Object.entries(files).map(async ([name, path]) => ({
    where: `the file command ${name}`,
    content: await readFile(path),
  }));
  const leaks = findLeaks(keys, [
    ...(await Promise.all(written)),
    { where: 'stdout', content: ended.stdout.replace(/^::add-mask::.*$/gm, '') },
    { where: 'stderr', content: ended.stderr },
  ]);
  if (leaks.length > 0) throw new Error(`the action gave keys away: ${JSON.stringify(leaks)}`);
  const log = parseWorkflowCommands(`${ended.stdout}\n${ended.stderr}`);
  if (log.unmeant.length > 0)
    throw new Error(`the runner obeys what was not meant: ${JSON.stringify(log.unmeant)}`);
  const fileErrors = Object.entries(commands).flatMap(([name, result]): Annotation[] =>
    'problem' in result
      ? [
          {
            level: 'error',
            message: `Unable to process file command '${name}' successfully. ${result.problem}`,
          },
        ]
      : [],
  );
  const summaryErrors: Annotation[] =
    Buffer.byteLength(summary) > MAX_SUMMARY_BYTES
      ? [
          {
            level: 'error',
            message: '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k',
          },
        ]
      : [];
  return {
    ...ended,
    groups: log.groups,
    masks: log.masks,
    debugMessages: log.debugMessages,
    outcome: ended.exitCode === 0 && fileErrors.length === 0 ? 'success' : 'failure',
    outputs: valuesOf(commands.output),
    state: valuesOf(commands.state),
    exportedVariables: valuesOf(commands.env),
    summary,
    annotations: [...log.annotations, ...fileErrors, ...summaryErrors],
  };
}

function valuesOf(result: ReturnType<typeof parseFileCommands>): Record<string, string> {
  return 'values' in result ? result.values : {};
}
