import type { Adapter, ModelSpec, Sourced } from '../providers/adapter.ts';
import { type Assumption, confirmed, isSuccess, lastSubmit } from './assumption.ts';
import { priceIs } from './common.ts';

/** A figure of an adapter that its provider does not document. */
interface Undocumented {
  readonly id: string;
  /** Of the model that it is about; `null` for the whole provider. */
  readonly model: string | null;
  readonly fact: Sourced<unknown>;
}

const NAMES: Readonly<Record<string, string>> = {
  'max-seconds-image': 'longest clip with orientation image, in seconds',
  'max-seconds-video': 'longest clip with orientation video, in seconds',
  'min-seconds': 'shortest clip, in seconds',
  'image-formats': 'formats of the image',
  'image-max-bytes': 'largest image, in bytes',
  'image-min-side': 'shorter side of the image, in pixels',
  'image-aspect': 'width / height of the image',
  'video-containers': 'formats of the clip',
  'video-max-bytes': 'largest clip, in bytes',
  'video-sides': 'sides of the clip, in pixels',
  'video-frames-per-second': 'frames per second of the clip',
  'prompt-max-characters': 'longest prompt, in characters',
  'retention-days': 'how long the output is kept, in days',
  'longest-hours': 'longest time that a job takes, in hours',
  'requests-per-minute': 'requests that are let through in a minute',
  'price-standard': 'price of a second, standard',
  'price-pro': 'price of a second, pro',
  backend: 'whose machines run the model',
  refunds: 'what a failed job costs',
  'lost-answers': 'how a job is found whose answer was lost',
  charges: 'where the charge is read',
};

/** What the tables of an adapter take from elsewhere, each as an assumption. */
export function assumptionsOfFacts(adapter: Adapter): Assumption[] {
  const severalModels = Object.keys(adapter.models).length > 1;
  return [...factsOfModels(adapter), ...factsOfService(adapter)].map(({ id, model, fact }) => {
    const name = NAMES[id] ?? id.replaceAll('-', ' ');
    const of = model == null || !severalModels ? '' : ` (${model})`;
    const words = {
      id: model == null || !severalModels ? id : `${id}:${model}`,
      sentence: `${name}${of}: ${show(fact.value)}`,
      source: `${fact.basis}: ${fact.source}`,
    };
    if (model != null && (id === 'price-standard' || id === 'price-pro'))
      return priceIs(words, model, id === 'price-pro' ? 'pro' : 'standard');
    if (model != null && id === 'min-seconds')
      return shortestClip(words, model, Number(fact.value));
    return { ...words, check: () => null };
  });
}

/** A clip that is as short as that was taken and came back as a video. */
function shortestClip(
  words: Pick<Assumption, 'id' | 'sentence' | 'source'>,
  model: string,
  seconds: number,
): Assumption {
  return {
    ...words,
    check(evidence) {
      const answer = lastSubmit(evidence)?.response;
      const isShortest = evidence.clipSeconds <= seconds + 0.05;
      if (evidence.model !== model || !isShortest || answer == null) return null;
      return isSuccess(answer) && evidence.isDone
        ? confirmed(`a clip of ${evidence.clipSeconds} s was taken`)
        : null;
    },
  };
}

function factsOfModels(adapter: Adapter): Undocumented[] {
  return Object.entries(adapter.models).flatMap(([model, spec]) => [
    ...Object.entries(spec.prices).flatMap(([tier, row]): Undocumented[] =>
      row.basis == null || row.basis === 'documented'
        ? []
        : [
            {
              id: `price-${tier}`,
              model,
              fact: {
                value: `$${row.microUsdPerSecond / 1e6}`,
                basis: row.basis,
                source: row.source,
              },
            },
          ],
    ),
    ...Object.entries(spec.maxSeconds).flatMap(([orientation, fact]) =>
      undocumented(`max-seconds-${orientation}`, model, fact),
    ),
    ...Object.entries(spec satisfies ModelSpec).flatMap(([key, fact]) =>
      undocumented(kebabOf(key), model, fact),
    ),
  ]);
}

function factsOfService({ service, pacing }: Adapter): Undocumented[] {
  return [
    ...Object.entries(service).flatMap(([key, fact]) => undocumented(kebabOf(key), null, fact)),
    ...undocumented('requests-per-minute', null, pacing.requestsPerMinute),
  ];
}

/** Members of other kinds are no facts. */
function undocumented(id: string, model: string | null, value: unknown): Undocumented[] {
  if (!isSourced(value) || value.basis === 'documented') return [];
  return [{ id, model, fact: value }];
}

function isSourced(value: unknown): value is Sourced<unknown> {
  return typeof value === 'object' && value != null && 'basis' in value && 'source' in value;
}

function kebabOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function show(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.join(typeof value[0] === 'number' ? ' to ' : ', ');
}
