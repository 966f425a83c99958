import { z } from 'zod';
import { docsPage } from '../../model/advice/docs.ts';
import { stagingMethodSchema } from '../../model/config.ts';
import { show } from './describe-problem.ts';
import { ENDPOINT_PATTERN } from './patterns.ts';

/** The group `{ provider: public }` is the one that is no word. */
export const stagingWordSchema = stagingMethodSchema.exclude(['provider-public']);

const s3Schema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
      error: ({ input }) =>
        `must be the name of a bucket (3 to 63 of a-z, 0-9, - and .), not ${show(input)}`,
    })
    .describe('Name of the bucket.'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, {
      error: ({ input }) => `must be a region such as eu-central-1 or auto, not ${show(input)}`,
    })
    .describe('Region of the bucket. Default: `AWS_REGION` of the environment.')
    .optional(),
  endpoint: z
    .string()
    .refine(isPlainHttps, {
      error: ({ input }) =>
        `must be an https URL without user, query or fragment, not ${show(input)}`,
    })
    .meta({
      pattern: ENDPOINT_PATTERN,
      description:
        'Address of a store that is not AWS. Default: `AWS_ENDPOINT_URL_S3` of the environment, or AWS.',
    })
    .optional(),
  prefix: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/, {
      error: ({ input }) =>
        `must be names of letters, digits, -, _ and . with / between, not ${show(input)}`,
    })
    .describe('What the keys of objects begin with. Default: `motion-transfer/`.')
    .optional(),
  'expires-minutes': z
    .int()
    .min(5)
    .max(10_080)
    .describe(
      'How long a provider can read an object, 5 to 10080. Default: until the run must end, at least an hour.',
    )
    .optional(),
  keep: z
    .boolean()
    .describe('Keeps the objects, so that later runs upload nothing twice. Default: `false`.')
    .optional(),
});

export const stagingSchema = z.union(
  [
    stagingWordSchema,
    z
      .strictObject({
        provider: z
          .literal('public')
          .describe(
            "Allows the provider's own upload even where anybody with the link can read it.",
          )
          .optional(),
        s3: s3Schema
          .describe(`A bucket of an S3-compatible store (${docsPage('staging')}).`)
          .optional(),
        method: z
          .enum(['s3', 'auto'])
          .describe(
            'With `s3`: `s3` puts every local file there, `auto` only what the others cannot do. Default: `s3`.',
          )
          .optional(),
      })
      .refine(
        ({ provider, s3, method }) =>
          (provider == null) !== (s3 == null) && (s3 != null || method == null),
        {
          error:
            'must hold either provider: public or s3 (with method: auto where others come first)',
        },
      )
      .meta({
        oneOf: [
          { required: ['provider'], properties: { s3: false, method: false } },
          { required: ['s3'], properties: { provider: false } },
        ],
      }),
  ],
  {
    error: ({ input }) =>
      `must be auto, github, s3, provider, { provider: public } or { s3: ... }, not ${show(input)}`,
  },
);
export type WrittenStaging = z.infer<typeof stagingSchema>;

function isPlainHttps(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === 'https:' &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '') &&
    !/[?#@\s\\]/.test(text)
  );
}
