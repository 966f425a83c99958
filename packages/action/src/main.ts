import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type Approval,
  type BudgetDecision,
  ConfigError,
  createNodePorts,
  DEFAULT_OVERRIDE_LABEL,
  decideBudget,
  findStateDirectory,
  formatIssue,
  gatherPlan,
  joinBase,
  listRepositoryFiles,
  localProviders,
  makeReport,
  messageOf,
  type Plan,
  plainText,
  providers,
  type Report,
  readConfig,
  readConnections,
  renderSummary,
  renderTextTable,
  runPlan,
  type TransferResult,
  withRun,
} from '@motion-transfer/core';
import { concludeAnnotations } from './annotations.ts';
import { findApproval } from './approval.ts';
import { readApprovedPlan, refuseChangedPlan } from './approved-plan.ts';
import {
  assembleBundle,
  type Bundle,
  createPendingNote,
  freshDirectory,
  videosOf,
} from './bundle.ts';
import { commentOnPlan } from './comment.ts';
import { type Delivery, deliver } from './deliver.ts';
import { documentsOf, writePlan } from './documents.ts';
import { createDraftPort } from './draft-engine.ts';
import { actionsLog, maskSecrets } from './environment.ts';
import { createGitHubAccess } from './github/access.ts';
import { type GitHubContext, readGitHubContext } from './github-context.ts';
import { type Command, DEADLINE_RESERVE_MINUTES, readInputs } from './inputs.ts';
import { annotateIssues, annotateReport, setPlanOutputs, setRunOutputs } from './outputs.ts';
import { makePreviews, notesOfPreviews, type Previews } from './previews.ts';
import { createProgressLog } from './progress.ts';
import {
  findPullRequest,
  notesOfBase,
  readBase,
  refuseUnreadableBase,
  SPENT,
} from './pull-request.ts';
import type { Session } from './session.ts';
import { createStop } from './stopping.ts';

/** The story of a step: inputs, config, plan, budget, run, report. Returns the exit code. */
export async function main(): Promise<number> {
  const startedMs = Date.now();
  try {
    maskSecrets(process.env);
    actions.saveState('main', 'started');
    const inputs = readInputs();
    const stop = createStop(
      startedMs + (inputs.timeoutMinutes - DEADLINE_RESERVE_MINUTES) * 60_000,
    );
    const github = await readGitHubContext(process.env);
    if (inputs.githubToken != null) actions.setSecret(inputs.githubToken);
    const local = createNodePorts(actionsLog, createDraftPort(process.env, actionsLog));
    const access = createGitHubAccess(local, process.env, inputs.githubToken, github.repository);
    const ports = { ...local, github: access?.port ?? null };
    const command =
      inputs.command ?? (github.eventName.startsWith('pull_request') ? 'plan' : 'run');
    refuseUntrustedSpending(command, github);
    const files = await listRepositoryFiles(ports, github.workspace);
    const pull = await findPullRequest(github, access);
    const base = await readBase({ inputs, github, ports, access, files, pull });
    refuseUnreadableBase(command, base);
    const session: Session = {
      inputs,
      command,
      github,
      ports,
      access,
      pull,
      base,
      files,
      overrideLabel: base?.kind === 'read' ? base.config.overrideLabel : DEFAULT_OVERRIDE_LABEL,
      stateDirectory: await findStateDirectory(ports, github.workspace),
      connections: readConnections(process.env),
      stop,
    };
    return command === 'plan' ? await planOnly(session) : await planAndRun(session);
  } catch (error) {
    if (error instanceof ConfigError) annotateIssues(error.issues);
    return fail(
      error instanceof ConfigError
        ? `Nothing was bought: ${error.issues.length} ${error.issues.length === 1 ? 'problem' : 'problems'}, see above. First: ${error.issues[0] == null ? '' : formatIssue(error.issues[0])}`
        : messageOf(error),
    );
  }
}

async function makePlan({
  inputs,
  github,
  ports,
  stateDirectory,
  connections,
  stop,
  pull,
  base,
  files,
}: Session): Promise<Plan> {
  const head = await readConfig(ports, {
    workspace: github.workspace,
    path: inputs.configPath,
    inputs: inputs.config,
    providers,
    files,
  });
  const { config, warnings, outputs } = base?.kind === 'read' ? joinBase(head, base.config) : head;
  annotateIssues(warnings);
  const removed = base?.kind === 'read' ? base.removed(outputs) : null;
  return gatherPlan(ports, {
    workspace: github.workspace,
    stateDirectory,
    config,
    providers: [...connections.endpoints, ...localProviders],
    repository: github.repository,
    visibility: github.visibility,
    refresh: inputs.refresh,
    pullRequest: pull == null ? null : { ...pull, removed },
    allowLoopback: connections.endpoints.some((endpoint) => endpoint.isLoopback),
    signal: stop.requested,
  });
}

async function planOnly(session: Session): Promise<number> {
  const { github, ports, stateDirectory } = session;
  const plan = await actions.group('Plan', () => makePlan(session));
  const decision = decideBudget(plan);
  printTable(makeReport({ command: 'plan', plan, decision, results: null, notes: [] }));
  const previews = await makePreviews(session, plan);
  const { approval, notes: remarks } = await findApproval(session, { plan, spent: SPENT });
  const notes = [...tell(plan, previews), ...notesOfBase(session), ...remarks];
  const report = makeReport({
    command: 'plan',
    plan,
    decision,
    results: null,
    notes,
    spent: SPENT,
    approval,
  });
  setPlanOutputs(report, await writePlan(github.temporaryDirectory, plan));
  if (!previews.all.some((preview) => preview.path != null)) {
    return concludePlan(session, report, { artifactUrl: null, outputDirectory: null });
  }
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: [],
    drafts: previews,
    documents: documentsOf(plan, report, previews),
  });
  actions.setOutput('output-directory', bundle.directory);
  const { artifact, problem } = await deliver(session, bundle);
  if (problem != null) ports.log.warning(`the drafts are only in ${bundle.directory}: ${problem}`);
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  return concludePlan(session, report, { artifactUrl, outputDirectory: bundle.directory });
}

/** The pull request's comment comes last: it links what was uploaded. */
async function concludePlan(
  session: Session,
  report: Report,
  links: Parameters<typeof renderSummary>[1],
): Promise<number> {
  const { runUrl } = session.github;
  const { artifactUrl } = links;
  const commented = await commentOnPlan(session, report, { runUrl, artifactUrl, galleryUrl: null });
  actions.setOutput('comment-body', commented.body);
  for (const note of commented.notes) actionsLog.info(note);
  return conclude({ ...report, notes: [...report.notes, ...commented.notes] }, links);
}

/** The records are held from before the plan to after the last purchase: what was planned is what is true. */
async function planAndRun(session: Session): Promise<number> {
  const { github, ports, stateDirectory, connections, stop } = session;
  const bought = await withRun(
    ports,
    {
      workspace: github.workspace,
      stateDirectory,
      connections,
      repository: github.repository,
      stop,
      onProgress: createProgressLog(ports.log),
    },
    (context) => buy(session, context),
  );
  return reportRun(session, bought);
}

interface Bought {
  readonly plan: Plan;
  readonly decision: BudgetDecision;
  readonly previews: Previews;
  readonly results: readonly TransferResult[];
  readonly approval: Approval | null;
  readonly remarks: readonly string[];
}

async function buy(session: Session, context: Parameters<typeof runPlan>[0]): Promise<Bought> {
  const { github, ports, inputs } = session;
  const approved =
    inputs.approvedPlan == null ? null : await readApprovedPlan(ports, inputs.approvedPlan);
  const plan = await actions.group('Plan', () => makePlan(session));
  if (approved != null) refuseChangedPlan(approved, plan);
  const { approval, notes: remarks } = await findApproval(session, { plan, spent: SPENT });
  const decision = decideBudget(plan);
  const planned = makeReport({ command: 'plan', plan, decision, results: null, notes: [] });
  printTable(planned);
  setPlanOutputs(planned, await writePlan(github.temporaryDirectory, plan));
  await createPendingNote(github.temporaryDirectory).write(ports.clock.nowMs());
  const results = await actions.group('Run', () =>
    runPlan(context, { plan, decision, concurrency: inputs.concurrency }),
  );
  // After the purchases: collecting what is paid for must not wait behind a film that is free.
  const previews = await makePreviews(session, plan);
  return { plan, decision, previews, results, approval, remarks };
}

async function reportRun(
  session: Session,
  { plan, decision, previews, results, approval, remarks }: Bought,
): Promise<number> {
  const { ports, github, stop, stateDirectory } = session;
  const notes = [...tell(plan, previews), ...remarks];
  const report = makeReport({
    command: 'run',
    plan,
    decision,
    results,
    notes,
    spent: SPENT,
    approval,
  });
  const bundle = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: videosOf(results),
    drafts: previews,
    documents: documentsOf(plan, report, previews),
  });
  setRunOutputs(report, join(bundle.directory, 'results.json'), bundle.directory);
  printTable(report);

  let delivery: Delivery = { artifact: null, problem: null };
  if (stop.isCancelled()) ports.log.info('cancelled: the post step uploads what is on disk');
  else if (bundle.hasVideos) delivery = await deliver(session, bundle);
  if (!stop.isCancelled()) await createPendingNote(github.temporaryDirectory).clear();
  return concludeDelivery(session, report, bundle, delivery);
}

function concludeDelivery(
  { github }: Session,
  report: Report,
  bundle: Bundle,
  { artifact, problem }: Delivery,
): Promise<number> {
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  const notes = problem == null ? report.notes : [...report.notes, problem];
  return conclude(
    { ...report, failure: report.failure ?? problem, notes },
    { artifactUrl, outputDirectory: bundle.directory },
  );
}

/** `pull_request_target` runs with secrets on a head that anybody may have written. */
function refuseUntrustedSpending(command: Command, github: GitHubContext): void {
  if (command !== 'run' || github.eventName !== 'pull_request_target' || !github.isForkPullRequest)
    return;
  throw new ConfigError([
    {
      severity: 'error',
      path: 'command',
      message:
        "run does not spend on pull_request_target with a fork's head; use command: plan here, and run after the merge",
    },
  ]);
}

/** What people should know besides the table: in the log now, in the summary later. */
function tell(plan: Plan, previews: Previews): string[] {
  const warnings = notesOf(plan);
  const remarks = notesOfPreviews(previews);
  for (const warning of warnings) actionsLog.warning(warning);
  for (const remark of remarks) actionsLog.info(remark);
  return [...warnings, ...remarks];
}

/** Limits that are written but cannot be kept yet are said out loud. */
function notesOf({ limits, open }: Plan): string[] {
  const unkept = [
    ...(limits.perPullRequestMicroUsd != null ? ['per-pull-request'] : []),
    ...(limits.perMonthMicroUsd != null ? ['per-month'] : []),
  ];
  return [
    ...(unkept.length === 0
      ? []
      : [
          `${unkept.join(' and ')} need a record shared by all runs, which this version does not keep: only per-transfer and per-run are enforced`,
        ]),
    ...open.map((purchase) => purchase.message),
  ];
}

function printTable(report: Report): void {
  for (const line of renderTextTable(report)) actions.info(line);
}

async function conclude(
  report: Report,
  links: Parameters<typeof renderSummary>[1],
): Promise<number> {
  annotateReport(report);
  await actions.summary
    .addRaw(renderSummary(report, links))
    .write()
    .catch((error: unknown) =>
      actionsLog.warning(`the summary could not be written: ${messageOf(error)}`),
    );
  if (report.failure != null) return fail(report.failure);
  concludeAnnotations();
  actions.info(
    report.command === 'plan'
      ? 'The plan can be carried out; nothing was bought.'
      : 'All transfers are done.',
  );
  return 0;
}

function fail(message: string): number {
  concludeAnnotations();
  actions.error(plainText(message));
  return 1;
}
