import * as actions from '@actions/core';
import { ConfigError, type Issue, type OnCancel } from '@motion-transfer/core';
import type { ConfigInputs } from '@motion-transfer/core/shell';
import { forEachLimit } from '@motion-transfer/core/shell';

const COMMANDS = ['plan', 'run', 'reconcile', 'probe'] as const;
export type Command = (typeof COMMANDS)[number];

const COMMIT_MODES = ['none', 'branch', 'pull-request'] as const;
export type CommitMode = (typeof COMMIT_MODES)[number];

/** The step's inputs, read once and validated together. Those about transfers are validated by the core. */
export interface Inputs {
  readonly command: Command | null;
  readonly configPath: string | null;
  readonly config: ConfigInputs;
  readonly refresh: boolean;
  /** Render a free draft of everything that would be bought. */
  readonly draft: boolean;
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  readonly onCancel: OnCancel;
  readonly artifactName: string;
  /** `files`: each clip also as an artifact of its own, un-zipped. */
  readonly artifactLayout: 'bundle' | 'files';
  readonly retentionDays: number | null;
  readonly comment: 'on-change' | 'always' | 'never';
  /** Pictures of what changed in the comment, on a branch of their own. */
  readonly previews: boolean;
  /** Where outputs and lockfile are committed after a run. */
  readonly commit: CommitMode;
  /** Path of the plan.json that a run must find unchanged; `null` when it may buy what it plans. */
  readonly approvedPlan: string | null;
  readonly githubToken: string | null;
  /** `<key>=free` or `<key>=charged`; with `reason`. */
  readonly writeOff: string | null;
  /** The lock that is known to be dead, as its message names it. */
  readonly breakLock: string | null;
  /** Whether `reconcile` freezes all buying, or allows it again; with `reason`. */
  readonly freeze: 'on' | 'off' | null;
  readonly reason: string | null;
}

/** The deadline is this long before the timeout, so that what is open can still be written down. */
export const DEADLINE_RESERVE_MINUTES = 2;

/** The only place that reads inputs. @throws ConfigError with every problem. */
export function readInputs(): Inputs {
  const issues: Issue[] = [];
  const refuse = (name: string, message: string) => {
    issues.push({ severity: 'error', path: `input ${name}`, message });
  };
  const command = readChoice('command', COMMANDS, refuse);
  const refresh = readSwitch('refresh', refuse);
  const draft = readSwitch('draft', refuse);
  const previews = readSwitch('previews', refuse, true);
  const concurrency = readInteger('concurrency', 1, 64, refuse) ?? 4;
  const timeoutMinutes =
    readInteger('timeout-minutes', DEADLINE_RESERVE_MINUTES + 1, 7_200, refuse) ?? 60;
  const onCancel = readChoice('on-cancel', ['keep', 'cancel'], refuse) ?? 'keep';
  const retentionDays = readInteger('retention-days', 1, 400, refuse);
  const comment = readChoice('comment', ['on-change', 'always', 'never'], refuse) ?? 'on-change';
  const commit = readChoice('commit', COMMIT_MODES, refuse) ?? 'none';
  if (commit !== 'none' && (command === 'reconcile' || command === 'probe'))
    refuse('commit', `is not for command: ${command}, which makes no outputs of the config`);
  const approvedPlan = text('plan');
  if (approvedPlan != null && command !== 'run')
    refuse('plan', 'is only for command: run, which then buys nothing but this plan');
  if (text('write-off') != null && command !== 'reconcile')
    refuse('write-off', 'is only for command: reconcile');
  const breakLock = text('break-lock');
  if (breakLock != null && command !== 'reconcile')
    refuse('break-lock', 'is only for command: reconcile');
  if (breakLock != null && !/^[0-9a-f]{12}$/.test(breakLock))
    refuse(
      'break-lock',
      'is not the name of a lock, which the message about it gives: 12 hex digits',
    );
  const freeze = readChoice('freeze', ['on', 'off'], refuse);
  if (freeze != null && command !== 'reconcile') refuse('freeze', 'is only for command: reconcile');
  const artifactLayout = readChoice('artifact-layout', ['bundle', 'files'], refuse) ?? 'bundle';
  const artifactName = text('artifact-name') ?? 'motion-transfer';
  // GitHub refuses these in artifact names; better before the purchase than after it.
  if (/["<>:|*?\r\n\\/]/.test(artifactName)) {
    refuse('artifact-name', `"${artifactName}" holds one of " < > : | * ? \\ / or a line break`);
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return {
    command,
    configPath: text('config'),
    config: readConfigInputs(),
    refresh,
    draft,
    concurrency,
    timeoutMinutes,
    onCancel,
    artifactName,
    artifactLayout,
    retentionDays,
    comment,
    previews,
    commit,
    approvedPlan,
    githubToken: text('github-token'),
    writeOff: text('write-off'),
    breakLock,
    freeze,
    reason: text('reason'),
  };
}

/** Needed before the others: by the post step also where those could not be read. */
export function readWorkingDirectory(): string | null {
  return text('working-directory');
}

function readConfigInputs(): ConfigInputs {
  return {
    character: text('character') ?? undefined,
    motion: text('motion') ?? undefined,
    output: text('output') ?? undefined,
    prompt: text('prompt') ?? undefined,
    provider: text('provider') ?? undefined,
    model: text('model') ?? undefined,
    tier: text('tier') ?? undefined,
    orientation: text('orientation') ?? undefined,
    keepOriginalSound: text('keep-original-sound') ?? undefined,
    duration: text('duration') ?? undefined,
    take: text('take') ?? undefined,
    staging: text('staging') ?? undefined,
    ledger: text('ledger') ?? undefined,
    overrideLabel: text('override-label') ?? undefined,
    onExceed: text('on-exceed') ?? undefined,
    ...forEachLimit('option', ({ input }) => text(input) ?? undefined),
    only: text('only') ?? undefined,
  };
}

function text(name: string): string | null {
  const value = actions.getInput(name);
  return value === '' ? null : value;
}

type Refuse = (name: string, message: string) => void;

function readChoice<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  refuse: Refuse,
): Choice | null {
  const value = text(name);
  if (value == null) return null;
  const choice = choices.find((candidate) => candidate === value);
  if (choice == null) refuse(name, `"${value}" is not one of ${choices.join(', ')}`);
  return choice ?? null;
}

/** The spellings that `getBooleanInput` of @actions/core accepts; it throws, and this reports. */
function readSwitch(name: string, refuse: Refuse, otherwise = false): boolean {
  const value = text(name);
  if (value == null) return otherwise;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  if (/^(true|True|TRUE)$/.test(value)) return true;
  refuse(name, `"${value}" is not one of true, false`);
  return false;
}

function readInteger(name: string, min: number, max: number, refuse: Refuse): number | null {
  const value = text(name);
  if (value == null) return null;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  refuse(name, `"${value}" is not a whole number from ${min} to ${max}`);
  return null;
}
