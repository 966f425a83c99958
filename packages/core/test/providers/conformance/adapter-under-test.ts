import type { Adapter, HttpRequest, Job, ModelSpec } from '../../../src/providers/adapter.ts';
import { makeFacts, makeJob } from '../../support/facts.ts';
import type { AdapterFixtures } from '../fixtures.ts';

export interface AdapterUnderTest {
  readonly adapter: Adapter;
  readonly fixtures: AdapterFixtures;
  /** Where this API differs from the common one. */
  readonly wire?: WireFacts;
}

/** Ways of an API that no promise is about. */
export interface WireFacts {
  /** Where a poll's answer says how the job is doing. Default: `status`. */
  readonly statusPath?: readonly string[];
  /** Words for a state that it knows besides the common ones. */
  readonly words?: readonly string[];
  /** Scalars its request body holds besides parameters, model, assets and correlation id. */
  readonly constants?: readonly (string | number | boolean)[];
  /** The model as it is sent, when that is not its id of ours; `null` when no one place names it. */
  readonly sentModel?: string | null;
  /** Refusals that may have cost money. Default: none of the usual 4xx. */
  readonly maybeBilled?: readonly number[];
  /** What a bare HTTP 429 means. Default: a rate limit, nothing accepted. */
  readonly rateLimits?: readonly number[];
  /** Parameters that it sends in other words than the ones they are known by: ours, and those sent. */
  readonly translations?: Readonly<Record<string, string>>;
  /** `none`: the API has no word for the sound of the clip. Default: `sent`. */
  readonly sound?: 'sent' | 'none';
}
/** An adapter on the bench: what every part of the suite asks of it. */
export interface Bench extends AdapterUnderTest {
  readonly wire: WireFacts;
  /** The seller's id of the model on the bench. */
  readonly model: string;
  readonly spec: ModelSpec;
  readonly job: (changes?: Partial<Job>) => Job;
  readonly submitted: (changes?: Partial<Job>) => HttpRequest;
  /** Whether a request to this URL stays with the provider. */
  readonly isOwn: (url: string) => boolean;
  /** Whether it takes a duration of its own. */
  readonly acceptsDuration: boolean;
  /** What a poll says at the end: done, or where the result is reported. */
  readonly ended: AdapterFixtures['progress'][number] | undefined;
}

export const urls = {
  character: 'https://files.example.com/hero.png?sig=abc',
  motion: 'https://files.example.com/wave.mp4?sig=def',
};
/** What no request may hold outside of its headers. */
export const CANARY = 'sk-canary-0123456789';
export const CORRELATION_ID = 'a-correlation-id';

export function makeBench(
  { adapter, fixtures, wire = {} }: AdapterUnderTest,
  model: string,
): Bench {
  const spec = adapter.models[model];
  if (spec == null) throw new Error(`${adapter.id} has no model ${model}`);
  const job = (changes: Partial<Job> = {}) => makeJob(model, adapter.options.parse({}), changes);
  return {
    adapter,
    fixtures,
    wire,
    model,
    spec,
    job,
    submitted: (changes) => adapter.submit(job(changes), makeFacts(), urls, CORRELATION_ID),
    isOwn: (url) => adapter.origins.includes(new URL(url).origin),
    acceptsDuration: adapter
      .validate(job({ durationSeconds: 7 }), makeFacts())
      .every(({ severity }) => severity === 'warning'),
    ended: fixtures.progress.find(({ expect: { state } }) =>
      ['done', 'ready'].includes(String(state)),
    ),
  };
}
