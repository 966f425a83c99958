import * as z from 'zod';
import type { Json } from './json.ts';
import { forEachLimit } from './limits.ts';

/** plan.json as others may read it: the source of docs/plan.schema.json. */
const microUsd = z.int().min(0).describe('integer micro-dollars: 1,000,000 are $1');
const json: z.ZodType<Json> = z.json();
const limit = microUsd.nullable();
const assetSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.literal('url'), url: z.string().describe('without its query') }),
]);
const plannedAsset = z.object({
  source: assetSource,
  identity: z
    .string()
    .nullable()
    .describe('`git:<blob id>` or `sha256:<hex>`; equal identities are equal bytes'),
});
const estimate = z.object({ lowMicroUsd: microUsd, highMicroUsd: microUsd, basis: z.string() });
const base = {
  id: z.string(),
  output: z.string(),
  character: plannedAsset,
  motion: plannedAsset,
  parameters: z.object({
    prompt: z.string().nullable(),
    tier: z.enum(['standard', 'pro']),
    orientation: z.enum(['image', 'video']),
    keepOriginalSound: z.boolean(),
    durationSeconds: z.number().nullable(),
    take: z.int().min(1),
  }),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  warnings: z.array(z.string()),
  offers: z
    .array(
      z.object({
        provider: z.string(),
        model: z.string(),
        estimate: estimate.nullable(),
        problems: z.array(z.string()),
      }),
    )
    .describe('what every provider would ask, or why it cannot'),
  position: z.object({ file: z.string(), line: z.int(), column: z.int() }).nullable(),
};
const stagedAsset = z.discriminatedUnion('method', [
  z.object({ method: z.literal('pass-through'), url: z.string() }),
  z.object({ method: z.literal('local'), source: assetSource }),
  z.object({ method: z.literal('github'), host: z.enum(['raw', 'media']), path: z.string() }),
  z.object({ method: z.literal('provider'), path: z.string() }),
  z.object({ method: z.literal('s3'), path: z.string() }),
]);
const price = z
  .object({
    origin: z.enum(['contract', 'published']),
    microUsdPerSecond: microUsd,
    heldMicroUsdPerSecond: microUsd,
  })
  .nullable()
  .describe('counts instead of the price row of this version');
const staged = z.object({ character: stagedAsset, motion: stagedAsset });
const step = z.discriminatedUnion('action', [
  z.object({
    ...base,
    action: z.literal('reuse'),
    provider: z.string(),
    fingerprint: z.string(),
    copyFrom: z.string().nullable(),
  }),
  z.object({
    ...base,
    action: z.literal('generate'),
    provider: z.string(),
    model: z.string(),
    adapterRevision: z.int(),
    fingerprint: z.string(),
    options: json,
    price,
    estimate,
    facts: z.object({
      character: z.object({
        format: z.string(),
        width: z.number(),
        height: z.number(),
        bytes: z.number(),
      }),
      motion: z.object({
        container: z.enum(['mp4', 'mov']),
        codec: z.string(),
        width: z.number(),
        height: z.number(),
        framesPerSecond: z.number().nullable(),
        bytes: z.number(),
        hasSound: z.boolean(),
        trackSeconds: z.number(),
        longestSeconds: z.number(),
        evidence: z.array(z.object({ source: z.string(), seconds: z.number() })),
      }),
    }),
    staged,
    fallbacks: z
      .array(
        z.object({
          provider: z.string(),
          model: z.string(),
          adapterRevision: z.int(),
          fingerprint: z.string(),
          options: json,
          price,
          estimate,
          staged,
        }),
      )
      .describe('who is asked next when the one before provably did not accept it'),
    elsewhere: z
      .array(z.string())
      .describe('the same transfer at every other provider that it allows: one of them is enough'),
    sameAs: z.string().nullable(),
    resumes: z.boolean(),
  }),
  z.object({ ...base, action: z.literal('blocked'), heldMicroUsd: microUsd }),
]);

export const planSchema = z.object({
  version: z.literal(1),
  commit: z.string().nullable(),
  configFile: z.string().nullable(),
  limits: z.object({
    ...forEachLimit('field', () => limit),
    onExceed: z.enum(['fail', 'partial']),
    perRunIsDefault: z.boolean(),
  }),
  staging: z.enum(['auto', 'github', 's3', 'provider', 'provider-public']),
  steps: z.array(step),
  open: z
    .array(
      z.object({
        fingerprint: z.string(),
        transferId: z.string(),
        provider: z.string(),
        state: z.enum(['collectable', 'unknown']),
        holdMicroUsd: microUsd,
        message: z.string(),
      }),
    )
    .describe('purchases of earlier runs that are still open and no step is about'),
  pullRequest: z
    .object({
      number: z.int(),
      headSha: z.string(),
      baseSha: z.string(),
      removed: z
        .array(z.object({ output: z.string(), provider: z.string().nullable() }))
        .nullable()
        .describe('outputs that only the base branch still makes; null when it could not be read'),
    })
    .nullable()
    .describe('the pull request that was planned'),
  totals: z.object({
    generateCount: z.int(),
    reuseCount: z.int(),
    blockedCount: z.int(),
    lowMicroUsd: microUsd,
    highMicroUsd: microUsd,
  }),
  digest: z.string().describe('sha256 of everything else, canonically'),
});

export function planJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(planSchema), title: 'plan.json of Motion Transfer' };
}
