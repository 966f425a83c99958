import { join } from 'node:path';
import * as actions from '@actions/core';
import {
  type BudgetDecision,
  ConfigError,
  createNodePorts,
  decideBudget,
  findStateDirectory,
  formatIssue,
  gatherPlan,
  listRepositoryFiles,
  localProviders,
  makeReport,
  messageOf,
  type OpenRun,
  type Plan,
  plainText,
  providers,
  type Report,
  readConfig,
  readConnections,
  recordDelivery,
  renderSummary,
  renderTextTable,
  runPlan,
  settleLeftovers,
  type TransferResult,
  withRun,
} from '@motion-transfer/core';
import {
  assembleBundle,
  type Bundle,
  createPendingNote,
  freshDirectory,
  videosOf,
} from './bundle.ts';
import { type Delivery, deliver, NOT_DELIVERED } from './deliver.ts';
import { documentsOf, writePlan } from './documents.ts';
import { createDraftPort } from './draft-engine.ts';
import { actionsLog, maskSecrets } from './environment.ts';
import { addGallery } from './gallery.ts';
import { type GitHubContext, readGitHubContext } from './github-context.ts';
import { type Command, DEADLINE_RESERVE_MINUTES, readInputs } from './inputs.ts';
import { annotateIssues, annotateReport, setPlanOutputs, setRunOutputs } from './outputs.ts';
import { makePreviews, notesOfPreviews, type Previews } from './previews.ts';
import { createProgressLog } from './progress.ts';
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
    const ports = createNodePorts(actionsLog, createDraftPort(process.env, actionsLog));
    const command =
      inputs.command ?? (github.eventName.startsWith('pull_request') ? 'plan' : 'run');
    refuseUntrustedSpending(command, github);
    const session: Session = {
      inputs,
      command,
      github,
      ports,
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
}: Session): Promise<Plan> {
  const { config, warnings } = await readConfig(ports, {
    workspace: github.workspace,
    path: inputs.configPath,
    inputs: inputs.config,
    providers,
    files: await listRepositoryFiles(ports, github.workspace),
  });
  annotateIssues(warnings);
  return gatherPlan(ports, {
    workspace: github.workspace,
    stateDirectory,
    config,
    providers: [...connections.endpoints, ...localProviders],
    repository: github.repository,
    visibility: github.visibility,
    refresh: inputs.refresh,
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
  const notes = tell(plan, previews);
  const report = makeReport({ command: 'plan', plan, decision, results: null, notes });
  setPlanOutputs(report, await writePlan(github.temporaryDirectory, plan));
  if (!previews.all.some((preview) => preview.path != null)) {
    return conclude(report, { artifactUrl: null, outputDirectory: null });
  }
  const assembled = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: [],
    drafts: previews,
    documents: documentsOf(plan, report, previews),
  });
  const { bundle, gallery } = await addGallery({ session, report, previews, bundle: assembled });
  actions.setOutput('output-directory', bundle.directory);
  const { artifact, galleryUrl, problem, notes: more } = await deliver(session, bundle, gallery);
  if (problem != null) ports.log.warning(`the drafts are only in ${bundle.directory}: ${problem}`);
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  return conclude(
    { ...report, notes: [...notes, ...more] },
    { artifactUrl, galleryUrl, outputDirectory: bundle.directory },
  );
}

/** The records are held from before the plan to after the last purchase: what was planned is what is true. */
async function planAndRun(session: Session): Promise<number> {
  const { github, ports, stateDirectory, connections, stop } = session;
  return withRun(
    ports,
    {
      workspace: github.workspace,
      stateDirectory,
      connections,
      repository: github.repository,
      identity: github.identity,
      ledger: null,
      stop,
      onProgress: createProgressLog(ports.log),
    },
    async (context) => reportRun(session, context, await buy(session, context)),
  );
}

interface Bought {
  readonly plan: Plan;
  readonly decision: BudgetDecision;
  readonly previews: Previews;
  readonly results: readonly TransferResult[];
}

async function buy(session: Session, context: OpenRun): Promise<Bought> {
  const { github, ports, inputs } = session;
  const findings = await settleLeftovers(context);
  for (const { transferId, message } of findings) ports.log.warning(`${transferId}: ${message}`);
  const plan = await actions.group('Plan', () => makePlan(session));
  const decision = decideBudget(plan);
  const planned = makeReport({ command: 'plan', plan, decision, results: null, notes: [] });
  printTable(planned);
  setPlanOutputs(planned, await writePlan(github.temporaryDirectory, plan));
  await createPendingNote(github.temporaryDirectory).write(ports.clock.nowMs());
  const outcome = await actions.group('Run', () =>
    runPlan(context, { plan, decision, approval: null, concurrency: inputs.concurrency }),
  );
  // After the purchases: collecting what is paid for must not wait behind a film that is free.
  const previews = await makePreviews(session, plan);
  return { plan, previews, ...outcome };
}

async function reportRun(
  session: Session,
  context: OpenRun,
  { plan, decision, previews, results: stored }: Bought,
): Promise<number> {
  const { ports, github, stop, stateDirectory } = session;
  const notes = tell(plan, previews);
  const reportOf = (results: readonly TransferResult[]) =>
    makeReport({ command: 'run', plan, decision, results, notes });
  const assembled = await assembleBundle(ports, {
    workspace: github.workspace,
    stateDirectory,
    directory: await freshDirectory(join(github.temporaryDirectory, 'motion-transfer')),
    videos: videosOf(stored),
    drafts: previews,
    documents: documentsOf(plan, reportOf(stored), previews),
  });
  const { bundle, gallery } = await addGallery({
    session,
    report: reportOf(stored),
    previews,
    bundle: assembled,
  });

  let delivery: Delivery = NOT_DELIVERED;
  if (stop.isCancelled()) ports.log.info('cancelled: the post step uploads what is on disk');
  else if (bundle.hasVideos) delivery = await deliver(session, bundle, gallery);
  const results = await settleDelivery(session, context, stored, delivery);
  const report = reportOf(results);
  setRunOutputs(report, join(bundle.directory, 'results.json'), bundle.directory);
  printTable(report);
  if (!stop.isCancelled()) await createPendingNote(github.temporaryDirectory).clear();
  return concludeDelivery(session, report, bundle, delivery);
}

/** Purchases are settled once their videos are kept somewhere beyond this step. */
async function settleDelivery(
  { github, stop }: Session,
  context: OpenRun,
  results: readonly TransferResult[],
  { artifact }: Delivery,
): Promise<readonly TransferResult[]> {
  const isKept = artifact != null || !github.supportsArtifacts;
  if (stop.isCancelled() || !isKept) return results;
  const { runId } = github.identity;
  return recordDelivery(
    context,
    results,
    artifact == null ? null : { artifactId: artifact.id, artifactName: artifact.name, runId },
  );
}

function concludeDelivery(
  { github }: Session,
  report: Report,
  bundle: Bundle,
  { artifact, galleryUrl, problem, notes: more }: Delivery,
): Promise<number> {
  const artifactUrl = artifact == null ? null : github.artifactUrl(artifact.id);
  const notes = [...report.notes, ...more, ...(problem == null ? [] : [problem])];
  return conclude(
    { ...report, failure: report.failure ?? problem, notes },
    { artifactUrl, galleryUrl, outputDirectory: bundle.directory },
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
  actions.info(
    report.command === 'plan'
      ? 'The plan can be carried out; nothing was bought.'
      : 'All transfers are done.',
  );
  return 0;
}

function fail(message: string): number {
  actions.error(plainText(message));
  return 1;
}
