import type { ModelSpec, PriceRow, Sourced } from '../adapter.ts';
import { LONGEST_JOB_HOURS } from '../shared/longest-job.ts';

/** Kling has two APIs for the same models: one names the model in the path, the legacy one in the body. */
export type Api = 'current' | 'legacy';

/** The legacy API: the model is a parameter. */
export const LEGACY_PAGE =
  'app.klingai.com/global/dev/document-api (API reference, motion control; read from a copy)';
/** The current API: the model is in the path. */
export const CURRENT_PAGE =
  'kling.ai/document-api/api/video/motion-control (read from a copy of September 2026)';
const PACKS = 'Kling resource packs, as atlascloud.ai/blog/guides/kling-ai-api-pricing lists them';

const V3 = 'kling-v3';
export const V2_6 = 'kling-v2-6';
/** Most that a unit costs in any pack; the trial packs sell it for $0.098. */
export const LIST_MICRO_USD_PER_UNIT = 140_000;

/** What the current API calls each model, as the last segment of its path. */
const PATH_SEGMENTS: Readonly<Record<string, string>> = { [V3]: 'kling-3.0', [V2_6]: 'kling-2.6' };

/** @throws Error for a model that no option lets through. */
export function pathSegmentOf(model: string): string {
  const segment = PATH_SEGMENTS[model];
  if (segment == null) throw new Error(`Kling sells no model ${model}`);
  return segment;
}

/** Of a file, also inside the request. */
export const IMAGE_MAX_BYTES: Readonly<Record<Api, Sourced<number>>> = {
  current: { value: 50 * 1_048_576, basis: 'documented', source: CURRENT_PAGE },
  legacy: { value: 10 * 1_048_576, basis: 'documented', source: LEGACY_PAGE },
};

type Models = Readonly<Record<string, ModelSpec>>;

/** The same models, prices and limits at both; only the image may be larger at the current one. */
export const modelsAt: Readonly<Record<Api, Models>> = {
  current: modelsOf(CURRENT_PAGE, IMAGE_MAX_BYTES.current),
  legacy: modelsOf(LEGACY_PAGE, IMAGE_MAX_BYTES.legacy),
};

/** @throws Error for a model that no option lets through. */
export function specOf(api: Api, model: string): ModelSpec {
  const spec = modelsAt[api][model];
  if (spec == null) throw new Error(`Kling sells no model ${model}`);
  return spec;
}

function modelsOf(page: string, imageMaxBytes: Sourced<number>): Models {
  const documented = <Value>(value: Value): Sourced<Value> => ({
    value,
    basis: 'documented',
    source: page,
  });
  const limits: Omit<ModelSpec, 'title' | 'name' | 'prices'> = {
    maxSeconds: { image: documented(10), video: documented(30) },
    minSeconds: documented(3),
    imageFormats: documented(['jpg', 'png']),
    imageMaxBytes,
    imageMinSide: documented(300),
    imageAspect: documented([0.4, 2.5]),
    videoContainers: documented(['mp4', 'mov']),
    videoMaxBytes: documented(100 * 1_048_576),
    videoSides: documented([340, 3850]),
    videoFramesPerSecond: {
      value: [24, 60],
      basis: 'borrowed',
      source: 'EmpirioLabs, for the same model',
    },
    promptMaxCharacters: documented(2500),
    retentionDays: documented(30),
    longestHours: LONGEST_JOB_HOURS,
  };
  return {
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
}

/** Of a second, by the thousandths of a unit that it costs. */
function price(milliUnits: number): PriceRow {
  return {
    microUsdPerSecond: Math.ceil((milliUnits * LIST_MICRO_USD_PER_UNIT) / 1000),
    basis: 'borrowed',
    source: `${milliUnits / 1000} units a second (sellers' prices and evolink.ai's comparison), $0.14 a unit (${PACKS})`,
    checkedOn: '2026-11-21',
  };
}
