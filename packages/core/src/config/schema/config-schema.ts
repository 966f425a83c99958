import { type ZodType, z } from 'zod';
import { forEachLimit, onExceedSchema } from '../../model/limits.ts';
import { webFileKindSchema } from '../../model/media/web-file.ts';
import { DOLLARS_PATTERN, parseDollars } from '../../model/money.ts';
import {
  DEFAULT_MODEL,
  type ModelName,
  modelChoiceSchema,
  orientationSchema,
  tierSchema,
} from '../../model/transfer.ts';
import { show } from './describe-problem.ts';
import { ASSET_PATTERN, ID_PATTERN, OUTPUT_PATTERN, PROMPT_PATTERN } from './patterns.ts';
import { stagingSchema } from './staging-schema.ts';

/** What config needs to know of a provider: its id, and the schema its own options are validated by. */
export interface ConfigProvider {
  readonly id: string;
  readonly options: ZodType;
  /** Its models by their ids, each with our name: `null` for one that stands for every model. */
  readonly models?: Readonly<Record<string, { readonly name: ModelName | null }>>;
}

export const MAX_TAKE = 1000;

/** Marks in the schema that its JSON form spells out; see `configJsonSchema`. */
export const DOLLARS = 'dollars';
export const PROVIDER = 'provider';
export const PROVIDER_OPTIONS = 'provider-options';

/** Validated by its source text, so that no number syntax of YAML slips in; see `money.ts`. */
const money = z.string().regex(DOLLARS_PATTERN, {
  error: ({ input }) =>
    `must be dollars written like 10 or 2.50, at most 999999.999999; not ${show(input)}`,
});

const asset = z.string().min(1);

export const providerSchema = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'must be a provider id, `cheapest`, or a list of provider ids in order of preference',
});
export const labelSchema = z.string().min(1).max(50);
export const keepOriginalSoundSchema = z.boolean();
export const promptSchema = z.string().max(10_000);
export const durationSchema = z.int().min(1).max(30);
export const takeSchema = z.int().min(1).max(MAX_TAKE);
export const moneySchema = money;
export const ledgerSchema = z.string().regex(/^(git|none|file:.+)$/, {
  error: ({ input }) => `must be git, none or file:<path>, not ${show(input)}`,
});

const dollars = (description: string) =>
  money.meta({ format: DOLLARS, description, examples: [2.5, '10.00'] }).optional();

const alsoSchema = z
  .array(webFileKindSchema)
  .refine((kinds) => new Set(kinds).size === kinds.length, 'must name each kind once');

const parameterKeys = {
  model: modelChoiceSchema
    .describe(
      `Which Kling makes the video; \`any\` takes whichever costs less, at a provider of a list or, with \`cheapest\`, anywhere. Default: \`${DEFAULT_MODEL}\`.`,
    )
    .optional(),
  tier: tierSchema
    .describe('`standard` makes 720p, `pro` makes 1080p at a higher price. Default: `standard`.')
    .optional(),
  orientation: orientationSchema
    .describe(
      "`image` keeps the pose direction of the character's image (up to 10 s); `video` follows the motion (up to 30 s). Default: `image`.",
    )
    .optional(),
  'keep-original-sound': keepOriginalSoundSchema
    .describe('Whether the output keeps the sound of the motion. Default: `true`.')
    .optional(),
  prompt: promptSchema
    .meta({
      pattern: PROMPT_PATTERN,
      description:
        'What to tell the model besides the two inputs. Left out of the request by default.',
    })
    .optional(),
  duration: durationSchema
    .describe(
      'Whole seconds to make, 1 to 30, for providers that take a duration. Default: the length of the motion.',
    )
    .optional(),
  also: alsoSchema
    .meta({
      uniqueItems: true,
      description:
        'What to make of the video beside it, without a charge: `poster` (its first picture, `.poster.jpg`), `webp` (animated), `webm` (VP9) and `gif`. Default: nothing.',
      examples: [['poster', 'webm']],
    })
    .optional(),
  'provider-options': z
    .record(z.string(), z.record(z.string(), z.json()))
    .meta({
      format: PROVIDER_OPTIONS,
      description: "Options of one provider's own, by provider id; an unknown option is an error.",
    })
    .optional(),
};

const provider = (description: string) =>
  providerSchema.meta({ format: PROVIDER, description }).optional();

export const budgetSchema = z.strictObject({
  ...forEachLimit('name', ({ description }) => dollars(description)),
  'on-exceed': onExceedSchema
    .describe(
      '`fail` buys nothing when the plan does not fit; `partial` buys in file order what fits, then fails. Default: `fail`.',
    )
    .optional(),
});

/** Nothing may be free: a price of 0 would hold nothing. */
const rate = money
  .refine((text) => parseDollars(text) !== 0, 'must be more than 0')
  .meta({ format: DOLLARS, examples: [0.1, '0.126'] });

export const pricesSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.strictObject({
      standard: rate.describe('720p, dollars per second.').optional(),
      pro: rate.describe('1080p, dollars per second.').optional(),
    }),
  ),
);

export const defaultsSchema = z.strictObject(parameterKeys);

export const transferSchema = z.strictObject({
  character: asset.meta({
    pattern: ASSET_PATTERN,
    description:
      'Image whose subject is animated: a path in the repository, a glob of paths, or an https URL.',
  }),
  motion: asset.meta({
    pattern: ASSET_PATTERN,
    description:
      'Video that drives it: a path in the repository, a glob of paths, or an https URL.',
  }),
  output: asset.meta({
    pattern: OUTPUT_PATTERN,
    description:
      'Path of the video to write, ending in `.mp4`. `{character}` and `{motion}` stand for the file names without extension.',
  }),
  exclude: z
    .union([asset, z.array(asset).min(1)], { error: 'must be a glob of paths, or a list of them' })
    .describe('Paths or globs of paths that the globs of `character` and `motion` leave out.')
    .optional(),
  id: z
    .string()
    .min(1)
    .max(200)
    .meta({
      pattern: ID_PATTERN,
      description:
        'Name of the transfer in reports and for `only`; may hold `{character}` and `{motion}`. Default: the output without `.mp4`.',
    })
    .optional(),
  provider: provider('Provider of this transfer, instead of the one above.'),
  ...parameterKeys,
  take: takeSchema
    .describe(
      'Number of a deliberate re-roll: raise it to buy the same transfer once more. Default: 1.',
    )
    .optional(),
});

/** Everything but the transfers, each of which is validated on its own. */
export const settingsSchema = z.strictObject({
  version: z.literal(1).describe('Version of this file format.'),
  provider: provider(
    'Who makes the videos: a provider id, a list in order of preference, or `cheapest`.',
  ),
  budget: budgetSchema
    .describe('Limits in US dollars, checked before anything is bought.')
    .optional(),
  defaults: defaultsSchema
    .describe('Parameters of every transfer that does not say otherwise.')
    .optional(),
  staging: stagingSchema
    .describe(
      'How a local file becomes a URL that the provider can read: `github` (public repositories), `s3`, `provider` (its own upload), or `auto`. `{ provider: public }` also allows an upload that anybody with the link can read, from a repository that is not public. `{ s3: { bucket: ... } }` names a bucket; with `method: auto` it is used only for what the others cannot do. Default: `auto`.',
    )
    .optional(),
  ledger: ledgerSchema
    .describe(
      'Where holds and charges are kept: `git` (a branch of this repository), `file:<path>`, or `none`.',
    )
    .optional(),
  prices: pricesSchema
    .describe(
      'What your contract says, in US dollars per second, by provider, model and tier: counts instead of the price list. On a pull request, the base branch decides.',
    )
    .optional(),
  'override-label': labelSchema
    .describe(
      'Label by which somebody with write permission lets one commit of a pull request exceed `per-pull-request`. Default: `motion-transfer-approved`. On a pull request, the base branch decides.',
    )
    .optional(),
  $schema: z.string().describe('Address of this schema, for editors. Ignored.').optional(),
});

export const configSchema = settingsSchema.extend({
  transfers: z
    .array(transferSchema)
    .min(1)
    .describe('What to make. Globs on both sides make every combination.')
    .optional(),
});

export type WrittenBudget = z.infer<typeof budgetSchema>;
export type WrittenDefaults = z.infer<typeof defaultsSchema>;
export type WrittenTransfer = z.infer<typeof transferSchema>;
/** Settings of which some may be missing, because they were not written or did not pass. */
export const passedSettingsSchema = settingsSchema.partial();
export type PassedSettings = z.infer<typeof passedSettingsSchema>;
export type WrittenProvider = z.infer<typeof providerSchema>;
