import { type Config, ConfigError, type Plan, type Records } from '@motion-transfer/core';
import {
  gatherPlan,
  joinBase,
  type LedgerChoice,
  LIMITS,
  localProviders,
  type MergeBase,
  providers,
  readConfig,
  readPublishedPrices,
} from '@motion-transfer/core/shell';
import { annotateIssues } from '../outputs.ts';
import { findMergedPull } from '../pull-request/pull-request.ts';
import type { Session } from '../session.ts';

/** What is asked for: the config of the head, within what the base branch allows. */
export interface RequestedConfig {
  readonly config: Config;
  /** What the base branch makes and the head does not; `null` outside pull requests. */
  readonly removed: NonNullable<Parameters<typeof gatherPlan>[1]['pullRequest']>['removed'];
}

/** @throws ConfigError with every problem. */
export async function readRequestedConfig({
  inputs,
  github,
  ports,
  base,
  files,
}: Session): Promise<RequestedConfig> {
  const head = await readConfig(ports, {
    workspace: github.workspace,
    path: inputs.configPath,
    inputs: inputs.config,
    providers,
    files,
  });
  const { config, warnings, outputs } = base?.kind === 'read' ? joinBase(head, base.config) : head;
  annotateIssues(warnings);
  return { config, removed: base?.kind === 'read' ? base.removed(outputs) : null };
}

/**
 * Where the record is kept, for a command that needs nothing else of the config; may be an input where
 * there is no config at all.
 */
export async function readRequestedLedger(session: Session): Promise<Config['ledger']> {
  const { inputs, base, ports } = session;
  const ofInputs = inputs.config.ledger ?? null;
  // What a pull request writes does not count where its base branch cannot be asked.
  if (base?.kind === 'unreadable') return ofInputs;
  try {
    return (await readRequestedConfig(session)).config.ledger;
  } catch (error) {
    // What was bought is settled whatever became of the config that asked for it.
    if (!(error instanceof ConfigError)) throw error;
    ports.log.warning('the config cannot be used, so only the ledger input counts here');
    return ofInputs;
  }
}

export interface PlanningRequest extends RequestedConfig {
  /** What the pull request is compared with. */
  readonly mergeBase?: MergeBase | null;
}

export async function makePlan(
  { inputs, github, ports, stateDirectory, connections, stop, pull }: Session,
  { config, removed, mergeBase = null }: PlanningRequest,
  records: Records,
): Promise<Plan> {
  const { published, notes } = await readPublishedPrices(
    ports,
    config,
    connections.endpoints,
    stop.requested,
  );
  for (const note of notes) ports.log.info(`${note}; the price list of this version counts`);
  return gatherPlan(ports, {
    published,
    workspace: github.workspace,
    stateDirectory,
    config,
    records,
    providers: [...connections.endpoints, ...localProviders],
    repository: github.repository,
    visibility: github.visibility,
    ...(connections.rawHosts.raw == null ? {} : { rawBaseUrl: connections.rawHosts.raw }),
    enterpriseHost: connections.rawHosts.enterpriseHost,
    refresh: inputs.refresh,
    pullRequest:
      pull == null
        ? null
        : { number: pull.number, headSha: pull.headSha, baseSha: pull.baseSha, removed },
    mergeBase,
    allowLoopback: connections.endpoints.some((endpoint) => endpoint.isLoopback),
    signal: stop.requested,
  });
}

/**
 * What a merge brought counts for its pull request where that has a limit and a record to count by.
 *
 * @throws MotionTransferError when nobody knows which one that is.
 */
export async function onAccountOfMerge(
  session: Session,
  { config }: RequestedConfig,
  ledger: LedgerChoice,
): Promise<Session> {
  const { github, checkout, pull, access } = session;
  const isLimited = LIMITS.some(
    ({ onlyInPullRequests, field }) => onlyInPullRequests && config.limits[field] != null,
  );
  if (!isLimited || ledger.kind === 'none' || github.isDesk || pull != null) return session;
  const merged = await findMergedPull(checkout, access);
  if (merged == null) return session;
  const identity = { ...github.identity, pullRequest: merged.number };
  const { overrideLabel } = config;
  return { ...session, merged, overrideLabel, github: { ...github, identity } };
}
