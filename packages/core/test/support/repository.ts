import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { noLimits } from '../../src/model/limits.ts';
import type { AssetSource } from '../../src/model/media/media.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Transfer } from '../../src/model/transfer.ts';
import { gatherPlan } from '../../src/plan/gather/gather.ts';
import type { Ports } from '../../src/ports.ts';
import { adapters } from '../../src/providers/registry.ts';
import { git, temporaryDirectory } from '../media/support.ts';
import { readExample } from './example-assets.ts';
import { makePorts } from './ports.ts';
import { defaultParameters } from './state-builder.ts';

export const girl = await readExample('characters/girl.png');
export const robot = await readExample('characters/robot.png');
export const wave = await readExample('motions/wave.mp4');
export const dance = await readExample('motions/dance.mp4');
export const ports = makePorts();

export interface Repository {
  readonly workspace: string;
  readonly stateDirectory: string;
  write(path: string, content: Buffer | string): Promise<void>;
  commit(): Promise<string>;
  plan(transfers: readonly Transfer[], allowLoopback?: boolean, own?: Ports): Promise<Plan>;
  /** The only step of a plan for the only transfer. */
  step(transfer: Transfer, allowLoopback?: boolean): Promise<Step>;
}

/** A directory that is no repository yet. */
export async function makeDirectory(): Promise<Repository> {
  const workspace = await temporaryDirectory();
  const stateDirectory = `${workspace}/.git/motion-transfer`;
  const repository: Repository = {
    workspace,
    stateDirectory,
    async write(path, content) {
      await mkdir(dirname(`${workspace}/${path}`), { recursive: true });
      await writeFile(`${workspace}/${path}`, content);
    },
    async commit() {
      await git(workspace, 'add', '--all');
      await git(workspace, 'commit', '--quiet', '--message', 'assets');
      return git(workspace, 'rev-parse', 'HEAD');
    },
    plan: (transfers, allowLoopback = false, own = ports) =>
      gatherPlan(own, {
        workspace,
        stateDirectory,
        config: {
          file: null,
          limits: noLimits,
          staging: 'auto',
          s3: null,
          ledger: null,
          overrideLabel: 'approved',
          prices: {},
          transfers,
        },
        providers: adapters.map((adapter) => ({ adapter, hasKey: true })),
        repository: 'owner/name',
        visibility: 'public',
        refresh: false,
        allowLoopback,
      }),
    async step(transfer, allowLoopback) {
      const [step] = (await repository.plan([transfer], allowLoopback)).steps;
      if (step == null) throw new Error('no step');
      return step;
    },
  };
  return repository;
}

/** A repository with the example assets committed. */
export async function makeRepository(): Promise<Repository> {
  const repository = await makeDirectory();
  await git(repository.workspace, 'init', '--quiet');
  await repository.write('assets/girl.png', girl);
  await repository.write('assets/robot.png', robot);
  await repository.write('assets/wave.mp4', wave);
  await repository.write('assets/dance.mp4', dance);
  await repository.commit();
  return repository;
}

/** One transfer of committed assets. */
export function transferOf(changes: Partial<Transfer> = {}): Transfer {
  return {
    id: 'hero',
    character: file('assets/girl.png'),
    motion: file('assets/wave.mp4'),
    output: 'out/hero.mp4',
    provider: { kind: 'ordered', ids: ['prospolabs'] },
    model: 'kling-3.0',
    parameters: defaultParameters,
    also: [],
    providerOptions: {},
    position: null,
    ...changes,
  };
}

export const file = (path: string): AssetSource => ({ kind: 'file', path });
