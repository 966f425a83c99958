import type { SourceFiles } from './source-file.ts';

/** A few files in the core's folders that keep to its table: what violations are planted in. */
export const miniatureCore: SourceFiles = new Map(
  Object.entries({
    'index.ts': `export { run } from './use-cases/run.ts';\nexport { nodePorts } from './node/ports.ts';`,
    'use-cases/run.ts': `import { buy } from '../purchase/buy.ts';\nexport const run = buy;`,
    'purchase/buy.ts': `
      import { adapters } from '../providers/registry.ts';
      import type { Ports } from '../ports.ts';
      import { sign } from '../staging/s3/sign.ts';
      import { reserve } from '../budget/apply-limits.ts';
      export const buy = (ports: Ports) => [ports.clock.nowMs(), adapters, sign, reserve];`,
    'staging/s3/sign.ts': `
      import { createHmac } from 'node:crypto';
      export const sign = (nowMs: number) => createHmac('sha256', new Date(nowMs).toISOString());`,
    'budget/apply-limits.ts': `
      import { total } from '../ledger/totals.ts';
      export const reserve = (micro: readonly number[]) => Math.max(0, total(micro));`,
    'plan/totals.ts': `export { total } from '../ledger/totals.ts';`,
    'ledger/store.ts': `
      import { join } from 'node:path';
      import type { Ports } from '../ports.ts';
      import { merge } from './merge.ts';
      export const open = (ports: Ports, at: string) => [ports, merge, join(at, 'ledger')];`,
    'ledger/merge.ts': `export const merge = <T>(ours: T[], theirs: T[]) => [...ours, ...theirs];`,
    'ledger/totals.ts': `
      export const total = (micro: readonly number[]) => micro.reduce((sum, one) => sum + one, 0);`,
    'providers/adapter.ts': `import type { Purchase } from '../model/purchase.ts';
      export interface Adapter { readonly id: string; read(purchase: Purchase): string }`,
    'providers/registry.ts': `
      import { fal } from './fal.ts';
      import { kling } from './kling/adapter.ts';
      export const adapters = [fal, kling];`,
    'providers/shared/dates.ts': `export const seconds = (text: string) => Date.parse(text) / 1000;`,
    'providers/fal.ts': `
      import type { Adapter } from './adapter.ts';
      import { seconds } from './shared/dates.ts';
      export const fal: Adapter = { id: 'fal', read: ({ at }) => String(seconds(at)) };`,
    'providers/kling/adapter.ts': `
      import type { Adapter } from '../adapter.ts';
      import { ERRORS } from './errors.ts';
      export const kling: Adapter = { id: 'kling', read: () => ERRORS[0] };`,
    'providers/kling/errors.ts': `export const ERRORS = ['balance'] as const;`,
    'model/purchase.ts': `export interface Purchase { readonly at: string }`,
    'ports.ts': `export interface Ports { readonly clock: { nowMs(): number } }`,
    'node/ports.ts': `
      import { readFile } from 'node:fs/promises';
      import type { Ports } from '../ports.ts';
      export const nodePorts = { clock: { nowMs: () => Date.now() }, readFile } satisfies Ports;`,
  }),
);
