import {
  ConfigError,
  createNodePorts,
  messageOf,
  refuseUnusableProxy,
} from '@motion-transfer/core';
import {
  DEFAULT_OVERRIDE_LABEL,
  findStateDirectory,
  listRepositoryFiles,
  ownLocks,
  readConnections,
} from '@motion-transfer/core/shell';
import { createDraftEngine } from './draft/engine.ts';
import { actionsLog } from './environment.ts';
import { createGitHubAccess } from './github/access.ts';
import { completeRepository } from './github/complete-repository.ts';
import { readGitHubContext } from './github/context.ts';
import { describeMovedAddresses } from './github/moved-addresses.ts';
import { enterWorkingDirectory, findOtherCheckouts } from './github/working-directory.ts';
import {
  type Command,
  DEADLINE_RESERVE_MINUTES,
  readInputs,
  readWorkingDirectory,
} from './inputs.ts';
import { guardOutput } from './output-door.ts';
import { annotateIssues } from './outputs.ts';
import { readBase, refuseUnreadableBase } from './pull-request/base.ts';
import {
  defaultCommand,
  judgeCheckout,
  refuseFork,
  refuseProbe,
  refuseStranger,
  withPullRequest,
} from './pull-request/pull-request.ts';
import { addSecret, addSecretsOf, redactor } from './secrets.ts';
import type { Session } from './session.ts';
import { fail, showSamples } from './step-report.ts';
import { createStop } from './stop-signals.ts';

type RunCommand = (session: Session) => Promise<number>;

/** Each is loaded when it is asked for. */
const commands: Readonly<Record<Command, () => Promise<RunCommand>>> = {
  plan: () => import('./commands/plan.ts').then(({ runPlanCommand }) => runPlanCommand),
  run: () => import('./commands/run.ts').then(({ runRunCommand }) => runRunCommand),
  reconcile: () =>
    import('./commands/reconcile.ts').then(({ runReconcileCommand }) => runReconcileCommand),
  probe: () => import('./commands/probe.ts').then(({ runProbeCommand }) => runProbeCommand),
};

/** The story of a step: inputs, config, plan, budget, run, report. Returns the exit code. */
export async function main(): Promise<number> {
  const startedMs = Date.now();
  try {
    guardOutput(redactor);
    addSecretsOf(process.env);
    refuseUnusableProxy(process.env);
    const inputs = readInputs();
    const stop = createStop(
      startedMs + (inputs.timeoutMinutes - DEADLINE_RESERVE_MINUTES) * 60_000,
    );
    if (inputs.githubToken != null) addSecret(inputs.githubToken);
    const engine = createDraftEngine(process.env, actionsLog, { isWanted: inputs.draft });
    const local = createNodePorts(actionsLog, engine.port);
    const event = await readGitHubContext(process.env);
    const access = createGitHubAccess(local, process.env, inputs.githubToken, event.repository);
    const entered = await enterWorkingDirectory(local, event, readWorkingDirectory());
    const read = await completeRepository(entered, access, actionsLog);
    const ports = ownLocks(
      { ...local, github: access?.port ?? null },
      { identity: read.identity, repository: read.repository, broken: inputs.breakLock },
    );
    const elsewhere = await findOtherCheckouts(local, read);
    if (elsewhere != null) actionsLog.warning(elsewhere);
    const judgement = await judgeCheckout(ports, read, access);
    const command = inputs.command ?? defaultCommand(read, judgement);
    refuseFork(command, read, judgement);
    refuseProbe(command, read, judgement);
    refuseStranger(command, judgement);
    const github = withPullRequest(read, judgement);
    const files = await listRepositoryFiles(ports, github.workspace);
    const base = await readBase(judgement, {
      ports,
      github,
      access,
      workspace: github.workspace,
      configPath: inputs.configPath,
      inputs: inputs.config,
      headFiles: files,
    });
    refuseUnreadableBase(command, base);
    const moved = describeMovedAddresses(process.env);
    if (moved != null) actionsLog.warning(moved);
    if (github.enterpriseHost != null && (command === 'plan' || command === 'run'))
      actionsLog.warning(
        `${github.enterpriseHost} is a GitHub Enterprise Server, where this action can upload no artifact: the videos will be at their paths in the workspace, and with the gallery in the directory of the output output-directory; upload or commit them in a later step of this job`,
      );
    const session: Session = {
      inputs,
      command,
      github,
      ports,
      access,
      checkout: judgement.checkout,
      pull: judgement.pull,
      merged: null,
      base,
      files,
      overrideLabel: base?.kind === 'read' ? base.config.overrideLabel : DEFAULT_OVERRIDE_LABEL,
      stateDirectory: await findStateDirectory(
        ports,
        github.workspace,
        github.runnerTemporaryDirectory,
      ),
      connections: readConnections(process.env, addSecret, redactor),
      stop,
      drawStrip: engine.drawStrip,
    };
    const runCommand = await commands[command]();
    return await runCommand(session);
  } catch (error) {
    if (error instanceof ConfigError) {
      annotateIssues(error.issues);
      await showSamples(error.samples);
    }
    return fail(
      error instanceof ConfigError
        ? `Nothing was bought: ${error.issues.length} ${error.issues.length === 1 ? 'problem' : 'problems'}, see above.`
        : messageOf(error),
    );
  }
}
