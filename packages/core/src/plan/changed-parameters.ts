import { canonicalJson, type Json } from '../model/json/json.ts';
import type { LockedOutput } from '../model/lockfile/lockfile.ts';
import { withoutQueriesIn } from '../model/secrets/redact.ts';
import type { TransferParameters } from '../model/transfer.ts';
import type { Candidate } from './sellers/sellers.ts';

/** As the config calls them; `take` has a reason of its own. */
const NAMES = {
  prompt: 'prompt',
  tier: 'tier',
  orientation: 'orientation',
  keepOriginalSound: 'keep-original-sound',
  durationSeconds: 'duration',
} as const satisfies Partial<Record<keyof TransferParameters, string>>;

/** What is on record of the output that is there, and is asked for otherwise now: `tier is pro, was standard`. */
export function listChangedParameters(
  locked: LockedOutput,
  parameters: TransferParameters,
  { provider, job }: Candidate,
): string[] {
  const was = membersOf(locked.parameters);
  const named = Object.entries(NAMES).map(
    ([key, name]): Change => ({
      name,
      now: parameters[key as keyof typeof NAMES],
      before: was[key],
    }),
  );
  // The options of another provider are other options.
  if (locked.provider !== provider.adapter.id)
    return [`provider is ${provider.adapter.id}, was ${locked.provider}`, ...describe(named)];
  return describe([...named, ...optionChanges(job.options, was.options)]);
}

interface Change {
  readonly name: string;
  readonly now: Json;
  /** `undefined` where the record does not say. */
  readonly before: Json | undefined;
}

function describe(changes: readonly Change[]): string[] {
  return changes
    .filter(
      ({ now, before }) => before !== undefined && canonicalJson(now) !== canonicalJson(before),
    )
    .map(({ name, now, before }) => `${name} is ${show(now)}, was ${show(before)}`);
}

function optionChanges(now: Json, before: Json | undefined): Change[] {
  const [is, was] = [membersOf(withoutQueriesIn(now)), membersOf(before)];
  return Object.keys(was).map((key) => ({
    name: `provider-options ${key}`,
    now: is[key] ?? null,
    before: was[key],
  }));
}

function membersOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value != null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

const MOST_SHOWN = 60;

function show(value: Json | undefined): string {
  if (value == null || value === '') return 'none';
  if (typeof value !== 'string') return JSON.stringify(value).slice(0, MOST_SHOWN);
  if (/^[\w.-]+$/.test(value)) return value;
  return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}...` : value);
}
