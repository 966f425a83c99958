import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Config, ConfigError, type Issue } from '@motion-transfer/core';
import {
  type Adapter,
  adapters,
  type ConfigInputs,
  formatUsd,
  MAX_PROBE_MICRO_USD,
  parseDollars,
} from '@motion-transfer/core/shell';
import { freshDirectory } from '../artifacts/bundle.ts';
import type { Session } from '../session.ts';
import { type RequestedConfig, readRequestedConfig } from './requested-config.ts';

/** What a probe buys, and where its files lie. */
export interface ProbeTarget {
  readonly provider: string;
  readonly maxCostMicroUsd: number;
  readonly requested: RequestedConfig;
  /** Of a workspace apart where the example assets are bought for: the repository's files stay as they are. */
  readonly session: Session;
  readonly isExample: boolean;
}

/** As short as any provider takes it, 3 s, without sound: the cheapest purchase there is. */
const EXAMPLE = { character: 'characters/robot.png', motion: 'motions/wave-3s.mp4' } as const;

/** @throws ConfigError with what is missing or too much; nothing was asked or bought then. */
export async function prepareProbe(session: Session): Promise<ProbeTarget> {
  const { config: inputs } = session.inputs;
  const adapter = readProvider(inputs.provider);
  const maxCostMicroUsd = readMaxCost(inputs.maxCost);
  refuseOthers(session);
  const probed: Session = {
    ...session,
    inputs: {
      ...session.inputs,
      artifactName: `${session.inputs.artifactName}-probe`,
      config: {
        ...inputs,
        provider: adapter.id,
        maxCost: inputs.maxCost ?? formatUsd(MAX_PROBE_MICRO_USD).slice(1),
        onExceed: 'fail',
      },
    },
  };
  const base = { provider: adapter.id, maxCostMicroUsd };
  const isNamed = [inputs.only, inputs.character, inputs.motion, inputs.output].some(
    (input) => input != null,
  );
  if (!isNamed) return { ...base, ...(await prepareExample(probed, adapter)), isExample: true };
  const requested = await readRequestedConfig(probed);
  refuseSeveral(requested.config);
  return { ...base, requested, session: probed, isExample: false };
}

/** The example assets of this action, in a workspace of their own. */
async function prepareExample(
  session: Session,
  adapter: Adapter,
): Promise<Pick<ProbeTarget, 'requested' | 'session'>> {
  const { github, inputs } = session;
  const workspace = await freshDirectory(join(github.temporaryDirectory, 'motion-transfer-probe'));
  const { config } = inputs;
  const transfer: ConfigInputs = {
    ...config,
    character: await exampleAsset(session, adapter, workspace, 'character'),
    motion: await exampleAsset(session, adapter, workspace, 'motion'),
    output: `probe/${adapter.id}.mp4`,
    // What a config says of its own transfers makes the example no dearer.
    prompt: config.prompt ?? '',
    tier: config.tier ?? 'standard',
    orientation: config.orientation ?? 'image',
    keepOriginalSound: config.keepOriginalSound ?? 'true',
    // The cheapest that the provider sells.
    model: config.model ?? 'any',
    staging: 'auto',
  };
  return {
    requested: await readRequestedConfig({ ...session, inputs: { ...inputs, config: transfer } }),
    // The example assets are public, whatever this repository is.
    session: {
      ...session,
      github: { ...github, workspace, visibility: 'public' },
    },
  };
}

/** A local file where the provider takes one itself, so that its upload is probed too; else the address. */
async function exampleAsset(
  session: Session,
  { uploads }: Adapter,
  workspace: string,
  role: keyof typeof EXAMPLE,
): Promise<string> {
  const path = EXAMPLE[role];
  if (uploads?.[role] == null) return exampleUrl(session, path);
  const target = join(workspace, basename(path));
  await mkdir(dirname(target), { recursive: true });
  await copyFile(join(actionDirectory(), 'examples/assets', path), target);
  return basename(path);
}

/**
 * Where the repository of this action serves the file: it is public, or nobody could use the action. A tag is
 * followed to its commit, whose files nobody can exchange: else the most that any clip costs would be held.
 */
async function exampleUrl({ github, connections, access }: Session, path: string): Promise<string> {
  const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = process.env;
  const base = connections.rawHosts.raw;
  if (base == null)
    throw refusal(
      'command',
      `no provider can read the example assets from ${connections.rawHosts.enterpriseHost}; give character and motion as https URLs, or name a transfer of the config with only`,
    );
  if (repository !== '' && ref !== '') {
    const isCommit = /^[0-9a-f]{40}$/.test(ref);
    const commit = isCommit ? ref : await access?.commitOf(repository, ref).catch(() => null);
    return `${base}/${repository}/${commit ?? ref}/examples/assets/${path}`;
  }
  // Used as `./`, the action is a part of the checkout.
  const inside = relative(github.workspace, actionDirectory());
  if (!inside.startsWith('..') && github.repository != null && github.sha != null) {
    const prefix = inside === '' ? '' : `${inside}/`;
    return `${base}/${github.repository}/${github.sha}/${prefix}examples/assets/${path}`;
  }
  throw refusal(
    'command',
    'the address of the example assets is not known here; name a transfer of the config with only, or give character, motion and output',
  );
}

/** The repository of this action, of which the bundle is `packages/action/dist/index.js`. */
function actionDirectory(): string {
  return resolve(dirname(process.argv[1] ?? ''), '../../..');
}

function readProvider(text: string | undefined): Adapter {
  const adapter = adapters.find(({ id }) => id === text?.trim());
  if (adapter != null) return adapter;
  const names = adapters.map(({ id }) => id).join(', ');
  throw refusal('provider', `a probe is about one provider: give one of ${names}`);
}

function readMaxCost(text: string | undefined): number {
  if (text == null) return MAX_PROBE_MICRO_USD;
  const microUsd = parseDollars(text);
  if (microUsd != null && microUsd <= MAX_PROBE_MICRO_USD) return microUsd;
  throw refusal(
    'max-cost',
    `"${text}" is not an amount of at most ${formatUsd(MAX_PROBE_MICRO_USD).slice(1)}, which a probe may spend`,
  );
}

/** Inputs that a probe would ignore. */
function refuseOthers({ inputs }: Session): void {
  if (inputs.draft) throw refusal('draft', 'is not for command: probe');
  if (inputs.refresh) throw refusal('refresh', 'is not for command: probe; raise take instead');
}

function refuseSeveral({ transfers }: Config): void {
  if (transfers.length === 1) return;
  throw refusal('only', `names ${transfers.length} transfers; a probe buys one`);
}

function refusal(input: string, message: string): ConfigError {
  const issue: Issue = { severity: 'error', path: `input ${input}`, message };
  return new ConfigError([issue]);
}
