import * as z from 'zod';
import { stagingMethodSchema } from './config.ts';
import { sourcePositionSchema } from './issue.ts';
import { jsonSchema } from './json/json.ts';
import { limitsSchema } from './limits.ts';
import { assetSourceSchema, mediaFactsSchema } from './media/media.ts';
import { webFileKindSchema } from './media/web-file.ts';
import { jobPriceSchema, microUsdSchema } from './money.ts';
import type { ReadOnly } from './read-only.ts';
import {
  DEFAULT_MODEL,
  type ModelName,
  modelNameSchema,
  transferParametersSchema,
} from './transfer.ts';

/** The plan, as it is in memory and in plan.json alike: types and docs/plan.schema.json follow from the schemas. */

/** Price range in integer micro-dollars; the hold is `highMicroUsd`. */
const estimateSchema = z.object({
  lowMicroUsd: microUsdSchema,
  highMicroUsd: microUsdSchema,
  /** How the figures came about, for people: `5 s x $0.076`. */
  basis: z.string(),
});
export type Estimate = ReadOnly<z.output<typeof estimateSchema>>;

const modelName = modelNameSchema
  .exactOptional()
  .describe('the model by our name; absent for kling-3.0, the default');

/** What one provider would ask for one transfer, or why it cannot make it. */
const offerSchema = z.object({
  provider: z.string(),
  model: z.string().describe("the seller's id of the model"),
  modelName,
  estimate: estimateSchema.nullable(),
  problems: z.array(z.string()),
});
export type Offer = ReadOnly<z.output<typeof offerSchema>>;

export type ReasonCode =
  | 'new'
  | 'unchanged'
  | 'character-changed'
  | 'motion-changed'
  | 'parameters-changed'
  | 'model-changed'
  | 'take-raised'
  | 'adapter-revised'
  | 'resumed'
  | 'same-as'
  | 'paid-but-unavailable'
  | 'outcome-unknown'
  | 'charged-failure'
  | 'too-many-failures'
  | 'output-not-ours'
  | 'asset-problem'
  | 'input-rule'
  | 'staging'
  | 'no-provider';

/** A plan.json of another version may hold codes that are not listed here. */
const reasonSchema = z.object({ code: z.string<ReasonCode>(), message: z.string() });
export type Reason = ReadOnly<z.output<typeof reasonSchema>>;

const plannedAssetSchema = z.object({
  source: assetSourceSchema,
  identity: z
    .string()
    .nullable()
    .describe('`git:<blob id>` or `sha256:<hex>`; equal identities are equal bytes'),
  alsoKnownAs: z
    .array(z.string())
    .exactOptional()
    .describe(
      'the same bytes by the other kind of identity, where they were read; no part of the digest',
    ),
});
export type PlannedAsset = ReadOnly<z.output<typeof plannedAssetSchema>>;

const plannedWebFileSchema = z.object({
  kind: webFileKindSchema,
  path: z.string(),
  isDue: z.boolean().describe('it is not there, or was made of another video'),
});
export type PlannedWebFile = ReadOnly<z.output<typeof plannedWebFileSchema>>;

const stepBase = {
  id: z.string(),
  output: z.string(),
  character: plannedAssetSchema,
  motion: plannedAssetSchema,
  parameters: transferParametersSchema,
  reasons: z.array(reasonSchema),
  warnings: z.array(z.string()),
  offers: z.array(offerSchema).describe('what every provider would ask, or why it cannot'),
  otherModels: z
    .array(offerSchema)
    .default([])
    .describe('what a model that is not asked for would cost; no part of the digest'),
  webFiles: z
    .array(plannedWebFileSchema)
    .exactOptional()
    .describe('what is made of the video beside it, for nothing; no part of the digest'),
  position: sourcePositionSchema.nullable(),
  owedByBase: z
    .literal(true)
    .exactOptional()
    .describe(
      'due at the merge base as well, or blocked there for the same reasons: nothing that the pull request changes',
    ),
};

/** The output is there already; with `copyFrom`, at another path of the repository. */
const reuseStepSchema = z.object({
  ...stepBase,
  action: z.literal('reuse'),
  provider: z.string(),
  modelName,
  fingerprint: z.string(),
  copyFrom: z.string().nullable(),
});
export type ReuseStep = ReadOnly<z.output<typeof reuseStepSchema>>;

/** How each asset becomes a URL that the provider can read. */
const stagedAssetSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('pass-through'), url: z.string() }),
  /** The draft engine reads the asset itself. */
  z.object({ method: z.literal('local'), source: assetSourceSchema }),
  z.object({ method: z.literal('github'), host: z.enum(['raw', 'media']), path: z.string() }),
  /** The provider's own upload takes the file (path from the workspace), as the adapter's `uploads` say. */
  z.object({ method: z.literal('provider'), path: z.string() }),
  /** Put into the configured bucket; the provider gets an address that expires. */
  z.object({ method: z.literal('s3'), path: z.string() }),
  /** Downloaded, compared with its hash, and handed on: what its address serves later does not count. */
  z.object({ method: z.literal('fetched'), url: z.string(), to: z.enum(['provider', 's3']) }),
]);
export type StagedAsset = ReadOnly<z.output<typeof stagedAssetSchema>>;

const stagedAssetsSchema = z.object({ character: stagedAssetSchema, motion: stagedAssetSchema });
export type StagedAssets = ReadOnly<z.output<typeof stagedAssetsSchema>>;

/** One purchase at one provider: its own fingerprint, its own price. */
const saleShape = {
  provider: z.string(),
  model: z.string(),
  modelName,
  adapterRevision: z.int(),
  fingerprint: z.string(),
  options: jsonSchema,
  price: jobPriceSchema.nullable().describe('counts instead of the price row of this version'),
  estimate: estimateSchema,
  alsoKnownAs: z
    .array(z.string())
    .exactOptional()
    .describe(
      'the fingerprints that it has with its assets stored otherwise; no part of the digest',
    ),
};

/** The same purchase at another provider; held only when it is asked. */
const fallbackSchema = z.object({ ...saleShape, staged: stagedAssetsSchema });
export type Fallback = ReadOnly<z.output<typeof fallbackSchema>>;

/**
 * A transfer to buy. With `sameAs` it is copied from another step of this plan that buys the same
 * thing; with `resumes` it was paid for by an earlier run and is only collected. Neither costs anew.
 */
const generateStepSchema = z.object({
  ...stepBase,
  action: z.literal('generate'),
  ...saleShape,
  facts: mediaFactsSchema,
  staged: stagedAssetsSchema,
  fallbacks: z
    .array(fallbackSchema)
    .describe('who is asked next when the one before provably did not accept it'),
  elsewhere: z
    .array(z.string())
    .describe('the same transfer at every other provider that it allows: one of them is enough'),
  elsewhereAlsoKnownAs: z
    .array(z.string())
    .exactOptional()
    .describe(
      'the fingerprints that those of elsewhere have with their assets stored otherwise; no part of the digest',
    ),
  sameAs: z.string().nullable(),
  resumes: z.boolean(),
});
export type GenerateStep = ReadOnly<z.output<typeof generateStepSchema>>;

const blockedStepSchema = z.object({
  ...stepBase,
  action: z.literal('blocked'),
  /** Set aside for an earlier purchase of it whose outcome is open. */
  heldMicroUsd: microUsdSchema,
});
export type BlockedStep = ReadOnly<z.output<typeof blockedStepSchema>>;

export type Step = ReuseStep | GenerateStep | BlockedStep;

const totalsSchema = z.object({
  generateCount: z.int(),
  reuseCount: z.int(),
  blockedCount: z.int(),
  lowMicroUsd: microUsdSchema,
  highMicroUsd: microUsdSchema,
});
export type PlanTotals = ReadOnly<z.output<typeof totalsSchema>>;

/** A purchase of an earlier run that is still open and that no step of the plan is about. */
const openPurchaseSchema = z.object({
  fingerprint: z.string(),
  transferId: z.string(),
  provider: z.string(),
  /** `collectable`: paid for, a run collects it; `unknown`: only a person can tell. */
  state: z.enum(['collectable', 'unknown']),
  holdMicroUsd: microUsdSchema,
  message: z.string(),
});
export type OpenPurchase = ReadOnly<z.output<typeof openPurchaseSchema>>;

/** An output that the base branch's config makes and the pull request's no longer does. */
const removedOutputSchema = z.object({
  output: z.string(),
  /** Who made it, where the base branch's lockfile says so. */
  provider: z.string().nullable(),
});
export type RemovedOutput = ReadOnly<z.output<typeof removedOutputSchema>>;

/** The pull request that a plan is about, and what of it only a comparison with its base shows. */
const pullRequestSchema = z.object({
  number: z.int(),
  headSha: z.string(),
  baseSha: z.string(),
  /** `null` when the base branch could not be read: then nothing may be bought either. */
  removed: z
    .array(removedOutputSchema)
    .nullable()
    .describe('outputs that only the base branch still makes; null when it could not be read'),
});
export type PlannedPullRequest = ReadOnly<z.output<typeof pullRequestSchema>>;

/** The commit that a pull request is compared with, to tell what it changes from what was due before. */
const mergeBaseSchema = z.object({
  commit: z.string().nullable().describe('null when it could not be found or read'),
  problem: z
    .string()
    .nullable()
    .describe('why nothing is told apart, and everything counts for the pull request'),
});

/** What a run would do. Stable order, stable bytes: nothing in it depends on the clock. */
export const planSchema = z.object({
  version: z.literal(1),
  /** Commit that was planned, or `null` outside git. */
  commit: z.string().nullable(),
  configFile: z.string().nullable(),
  limits: limitsSchema,
  staging: stagingMethodSchema,
  steps: z.array(
    z.discriminatedUnion('action', [reuseStepSchema, generateStepSchema, blockedStepSchema]),
  ),
  open: z
    .array(openPurchaseSchema)
    .describe('purchases of earlier runs that are still open and no step is about'),
  /** `null` outside pull requests. */
  pullRequest: pullRequestSchema.nullable().describe('the pull request that was planned'),
  mergeBase: mergeBaseSchema
    .exactOptional()
    .describe('what the pull request is compared with; absent outside pull requests'),
  totals: totalsSchema,
  /** What an approval is given for. */
  digest: z
    .string()
    .describe(
      'sha256 of everything else but otherModels, alsoKnownAs, elsewhereAlsoKnownAs, webFiles, owedByBase and mergeBase, canonically',
    ),
});
export type Plan = ReadOnly<z.output<typeof planSchema>>;

export function planJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(planSchema), title: 'plan.json of Motion Transfer' };
}

/** Every fingerprint of one purchase, however its assets are stored. */
export function fingerprintsOf({
  fingerprint,
  alsoKnownAs = [],
}: Pick<Fallback, 'fingerprint' | 'alsoKnownAs'>): string[] {
  return [fingerprint, ...alsoKnownAs];
}

/** Whether a step asks for new money: not when it is copied or collects what was paid for already. */
export function costsAnew(step: GenerateStep): boolean {
  return step.sameAs == null && !step.resumes;
}

/** By our name; `null` where nobody is chosen to sell it, and for a draft. */
export function modelOfStep(step: Step): ModelName | null {
  if (step.action === 'blocked' || step.provider === 'draft') return null;
  return step.modelName ?? DEFAULT_MODEL;
}

/** The new money that a step may cost: what is held for it, or nothing. */
export function newCostOf(step: Step): number {
  return step.action === 'generate' && costsAnew(step) ? step.estimate.highMicroUsd : 0;
}
