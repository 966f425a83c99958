import * as z from 'zod';
import type { Json } from '../../model/json/json.ts';
import { bareUrl } from '../../model/secrets/redact.ts';
import type { Found, HttpResponse, Intent } from '../adapter.ts';
import { handle } from '../shared/handle.ts';

/** `GET /v1/jobs`: the fields of a listed job are documented nowhere, so whatever is there is read. */
const listed = z.looseObject({
  job_id: handle.nullish().catch(null),
  id: handle.nullish().catch(null),
  model: z.string().nullish().catch(null),
  created_at: z.union([z.string(), z.number()]).nullish().catch(null),
});
type Listed = z.output<typeof listed>;
const listing = z.union([
  z.array(listed),
  z.object({ data: z.array(listed) }).transform(({ data }) => data),
  z.object({ jobs: z.array(listed) }).transform(({ jobs }) => jobs),
]);

/** Clocks of two machines differ, and a request may lie in a queue. */
const CLOCK_SLACK_MS = 2 * 60_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Jobs of about that time that repeat both addresses and contradict no parameter. Those that repeat
 * nothing, or tell no time, may be it: a person must decide.
 */
export function findJobs(
  response: HttpResponse,
  { urls, sentAtMs, job }: Intent<unknown>,
  parameters: Readonly<Record<string, Json>>,
): Found {
  const possible = listing
    .parse(response.json)
    .flatMap((each) => {
      const id = each.job_id ?? each.id;
      return id == null ? [] : [{ each, id, createdAtMs: readTime(each) }];
    })
    .filter(({ each }) => (each.model ?? job.model) === job.model)
    .filter(({ createdAtMs }) => createdAtMs == null || isNear(createdAtMs, sentAtMs));
  const compared = possible.map((found) => {
    const { each, createdAtMs } = found;
    const strings = new Set(stringsIn(each).map(plain));
    const [hasCharacter, hasMotion] = [urls.character, urls.motion].map(
      (url) => url !== '' && strings.has(plain(url)),
    );
    const isOurs = hasCharacter === true && hasMotion === true && !contradicts(each, parameters);
    // A job that shows its inputs, and shows others, is somebody else's.
    const isOther = !isOurs && (contradicts(each, parameters) || showsInputs(each));
    return { ...found, isMatch: isOurs && createdAtMs != null, isOther };
  });
  return {
    matches: compared.filter(({ isMatch }) => isMatch).map(({ id }) => ({ jobId: id })),
    candidates: compared.filter(({ isMatch, isOther }) => !isMatch && !isOther).map(({ id }) => id),
  };
}

function readTime({ created_at }: Listed): number | null {
  // Seconds, as others of this shape count them, or milliseconds.
  const atMs =
    typeof created_at === 'number'
      ? created_at * (created_at < 1e11 ? 1_000 : 1)
      : Date.parse(created_at ?? '');
  return Number.isNaN(atMs) ? null : atMs;
}

function isNear(createdAtMs: number, sentAtMs: number): boolean {
  return createdAtMs >= sentAtMs - CLOCK_SLACK_MS && createdAtMs <= sentAtMs + LONGEST_WAIT_MS;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value == null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function valuesOf(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value == null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === key ? [member] : valuesOf(member, key),
  );
}

function contradicts(each: Listed, parameters: Readonly<Record<string, Json>>): boolean {
  return Object.entries(parameters).some(([key, wanted]) =>
    valuesOf(each, key).some((value) => value != null && value !== wanted),
  );
}

function showsInputs(each: Listed): boolean {
  return ['reference_image', 'reference_video'].every((key) =>
    valuesOf(each, key).some((value) => typeof value === 'string' && value !== ''),
  );
}

/** Addresses are compared without their queries: what was written down has none. */
function plain(text: string): string {
  return /^https?:\/\//i.test(text) ? bareUrl(text) : text;
}
