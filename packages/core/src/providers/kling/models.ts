import type { ModelSpec, PriceRow } from '../adapter.ts';
import { LONGEST_JOB_HOURS } from '../shared/longest-job.ts';

export const API =
  'app.klingai.com/global/dev/document-api (API reference, motion control; read from a copy)';
const PACKS = 'Kling resource packs, as atlascloud.ai/blog/guides/kling-ai-api-pricing lists them';

const V3 = 'kling-v3';
const V2_6 = 'kling-v2-6';
/** Most that a unit costs in any pack; the trial packs sell it for $0.098. */
export const LIST_MICRO_USD_PER_UNIT = 140_000;

const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
  maxSeconds: {
    image: { value: 10, basis: 'documented', source: API },
    video: { value: 30, basis: 'documented', source: API },
  },
  minSeconds: { value: 3, basis: 'documented', source: API },
  imageFormats: { value: ['jpg', 'png'], basis: 'documented', source: API },
  imageMaxBytes: { value: 10 * 1_048_576, basis: 'documented', source: API },
  imageMinSide: { value: 300, basis: 'documented', source: API },
  imageAspect: { value: [0.4, 2.5], basis: 'documented', source: API },
  videoContainers: { value: ['mp4', 'mov'], basis: 'documented', source: API },
  videoMaxBytes: { value: 100 * 1_048_576, basis: 'documented', source: API },
  videoSides: { value: [340, 3850], basis: 'documented', source: API },
  videoFramesPerSecond: {
    value: [24, 60],
    basis: 'borrowed',
    source: 'EmpirioLabs, for the same model',
  },
  promptMaxCharacters: { value: 2500, basis: 'documented', source: API },
  retentionDays: { value: 30, basis: 'documented', source: API },
  longestHours: LONGEST_JOB_HOURS,
};

export const models: Readonly<Record<string, ModelSpec>> = {
  [V3]: {
    title: 'Kling',
    name: 'kling-3.0',
    prices: { standard: price(900), pro: price(1200) },
    ...limits,
  },
  [V2_6]: {
    title: 'Kling',
    name: 'kling-2.6',
    prices: { standard: price(500), pro: price(800) },
    ...limits,
  },
};

/** Of a second, by the thousandths of a unit that it costs. */
function price(milliUnits: number): PriceRow {
  return {
    microUsdPerSecond: Math.ceil((milliUnits * LIST_MICRO_USD_PER_UNIT) / 1000),
    basis: 'borrowed',
    source: `${milliUnits / 1000} units a second (sellers' prices and evolink.ai's comparison), $0.14 a unit (${PACKS})`,
    checkedOn: '2026-11-21',
  };
}

/** @throws Error for a model that is not among them. */
export function specOf(model: string): ModelSpec {
  const spec = models[model];
  if (spec == null) throw new Error(`Kling sells no model ${model}`);
  return spec;
}
