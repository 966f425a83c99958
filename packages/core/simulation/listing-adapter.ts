import * as z from 'zod';
import type { Adapter, HttpResponse, Lookup } from '../src/providers/adapter.ts';
import { empiriolabs } from '../src/providers/empiriolabs/empiriolabs.ts';
import {
  readErrorAnswer,
  readRefusal,
  readStatusWord,
  readTrouble,
} from '../src/providers/shared/answers.ts';

const ORIGIN = 'https://listing.example';
/** Its listing is complete after so long; the simulated one lags by less than half of it. */
export const LISTED_AFTER_MS = 10 * 60_000;

const jobs = z.object({ jobs: z.array(z.object({ id: z.string(), externalId: z.string() })) });
const created = z.object({ id: z.string() });
const job = z.object({ status: z.string(), url: z.string().nullish() });

const lookup: Lookup = {
  request: ({ correlationId }) => ({
    method: 'GET',
    url: `${ORIGIN}/jobs?external_id=${encodeURIComponent(correlationId)}`,
  }),
  found(response, { correlationId }) {
    const matches = jobs
      .parse(response.json)
      .jobs.filter(({ externalId }) => externalId === correlationId)
      .map(({ id }) => ({ jobId: id }));
    return { matches, candidates: [] };
  },
  missingStatuses: [],
  absenceProvesAfterMs: {
    value: LISTED_AFTER_MS,
    basis: 'documented',
    source: 'a provider that exists only in the simulation',
  },
};

/**
 * A provider as no company in the registry is yet: it takes our correlation id and can be asked for it,
 * documents from when on absence proves that nothing was accepted, and cancels for nothing what has not started.
 */
export const listing: Adapter = {
  id: 'listing',
  title: 'Listing',
  runsOn: 'remote',
  revision: 1,
  origins: [ORIGIN],
  secrets: ['LISTING_API_KEY'],
  baseUrlVariable: 'LISTING_BASE_URL',
  models: empiriolabs.models,
  service: empiriolabs.service,
  pacing: { requestsPerMinute: null, firstPollMs: 1_000, maxPollMs: 15_000 },
  options: empiriolabs.options as Adapter['options'],
  validate: () => [],
  estimate: (request, facts) => empiriolabs.estimate({ ...request, options: {} }, facts),
  parameters: (request, facts) => empiriolabs.parameters({ ...request, options: {} }, facts),
  authorize: (secrets) => ({ authorization: `Bearer ${secrets.LISTING_API_KEY ?? ''}` }),
  submit: (_request, _facts, urls, correlationId) => ({
    method: 'POST',
    url: `${ORIGIN}/jobs`,
    json: { image: urls.character, externalId: correlationId },
  }),
  accepted: (response) => ({
    kind: 'operation',
    operation: { jobId: created.parse(response.json).id },
  }),
  jobNames: { id: 'jobId', places: [['id']], alwaysIn: ['status'] },
  status: ({ jobId }) => ({
    method: 'GET',
    url: `${ORIGIN}/jobs/${encodeURIComponent(String(jobId))}`,
  }),
  progress(response) {
    const { status, url } = job.parse(response.json);
    const meaning = readStatusWord(status);
    if (meaning === 'done' && url != null)
      return { state: 'done', delivery: { url, reported: null } };
    if (status === 'cancelled')
      return {
        state: 'failed',
        failure: { kind: 'cancelled', message: 'it never started', billed: 'no' },
      };
    if (meaning === 'failed') return { state: 'failed', failure: failed(response) };
    return status === 'queued' ? { state: 'pending', isQueued: true } : { state: 'pending' };
  },
  cancel: ({ jobId }) => ({
    method: 'PUT',
    url: `${ORIGIN}/jobs/${encodeURIComponent(String(jobId))}/cancel`,
  }),
  lookup,
  refused: readRefusal,
  trouble: readTrouble,
};

function failed(response: HttpResponse) {
  const { message } = readErrorAnswer(response.json, 'the job failed');
  return { kind: 'provider', message, billed: 'no' } as const;
}
