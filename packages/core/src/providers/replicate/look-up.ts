import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import { bareUrl } from '../../model/secrets/redact.ts';
import type { Found, HttpResponse, Intent } from '../adapter.ts';
import { handle } from '../shared/handle.ts';

/** `GET /v1/predictions`: the 100 newest first. Inputs go after an hour (data retention). */
const listing = z.object({
  results: z.array(
    z.object({
      id: handle,
      model: z.string().nullish().catch(null),
      created_at: z.string().nullish().catch(null),
      input: z.record(z.string(), z.unknown()).nullish().catch(null),
      data_removed: z.boolean().nullish().catch(null),
    }),
  ),
});
type Listed = z.output<typeof listing>['results'][number];

/** Clocks of two machines differ, and a request may lie in a queue. */
const CLOCK_SLACK_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Predictions of about that time whose input repeats both addresses and every parameter; of those
 * whose input is removed already, a person must decide.
 */
export function findPredictions(
  response: HttpResponse,
  { job: { model }, urls, sentAtMs }: Intent<unknown>,
  parameters: Readonly<Record<string, Json>>,
): Found {
  const near = listing
    .parse(response.json)
    .results.filter((each) => (each.model ?? model) === model && isNear(each, sentAtMs));
  // No prompt of ours is an empty one of theirs.
  const sent = {
    prompt: '',
    ...parameters,
    image: plain(urls.character),
    video: plain(urls.motion),
  };
  return {
    matches: near
      .filter(({ input }) =>
        Object.entries(sent).every(
          ([key, value]) => plain(input?.[key] ?? (key === 'prompt' ? '' : null)) === value,
        ),
      )
      .map(({ id }) => ({ predictionId: id })),
    candidates: near
      .filter(({ input }) => input == null || Object.keys(input).length === 0)
      .map(({ id }) => id),
  };
}

function isNear({ created_at }: Listed, sentAtMs: number): boolean {
  const createdAtMs = Date.parse(created_at ?? '');
  return createdAtMs >= sentAtMs - CLOCK_SLACK_MS && createdAtMs <= sentAtMs + LONGEST_WAIT_MS;
}

/** Addresses are compared without their queries: what was written down has none. */
function plain(value: unknown): unknown {
  return typeof value === 'string' && /^https?:\/\//.test(value) ? bareUrl(value) : value;
}
