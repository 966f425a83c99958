import type { Config, ContractPrices } from '../model/config.ts';
import type { Issue } from '../model/issue.ts';
import { forEachLimit, LIMITS, type Limits } from '../model/limits.ts';
import { formatUsd } from '../model/money.ts';
import {
  buildConfig,
  type ConfigRequest,
  DEFAULT_OVERRIDE_LABEL,
  type ReadConfig,
} from './assemble.ts';
import { listPrices, readPrices } from './contract-prices.ts';
import { validateInputs } from './inputs.ts';
import { joinLimits } from './join-limits.ts';
import { parseConfigText } from './parse.ts';
import { inputsLocation, locationInFile } from './source-location.ts';
import { bucketOf, stagingMethod } from './staging.ts';
import { validateSections } from './validate.ts';

/** What a branch decides for every checkout that is not merged into it. */
export interface BaseConfig {
  /** Which branch it is, for messages. */
  readonly origin: string;
  readonly limits: Limits;
  readonly staging: Config['staging'];
  readonly s3: Config['s3'];
  readonly ledger: string | null;
  readonly overrideLabel: string;
  readonly prices: ContractPrices;
  /** What its config makes; `null` where its transfers do not hold. */
  readonly outputs: readonly string[] | null;
}

/**
 * Validates the base branch's config by the same passes as the pull request's own, with the same inputs.
 * Without a file the defaults count. Mistakes among its transfers do not hide its settings.
 *
 * @returns a problem instead when its settings cannot be relied on: then nothing may be bought.
 */
export function readBaseConfig(
  file: { readonly path: string; readonly text: string } | null,
  request: ConfigRequest & Pick<BaseConfig, 'origin'>,
): BaseConfig | { readonly problem: string } {
  const { written: inputs } = validateInputs(request.inputs);
  const { origin } = request;
  if (file == null) {
    return {
      origin,
      limits: joinLimits({}, inputs.budget, inputsLocation).limits,
      staging: inputs.staging ?? 'auto',
      s3: null,
      ledger: inputs.ledger ?? null,
      overrideLabel: inputs.overrideLabel ?? DEFAULT_OVERRIDE_LABEL,
      prices: {},
      outputs: [],
    };
  }
  const parsed = parseConfigText(file.path, file.text);
  const [fault] = parsed.issues;
  if (parsed.document == null || fault != null)
    return { problem: `${file.path}: ${fault?.message ?? 'it cannot be read'}` };
  const { config, issues } = validateSections(parsed.document);
  const wrong = issues.find(({ path }) => !path.startsWith('transfers'));
  if (wrong != null) return { problem: `${file.path}: ${wrong.path}: ${wrong.message}` };
  const { settings } = config;
  const location = locationInFile(parsed.document, []);
  return {
    origin,
    limits: joinLimits(settings.budget ?? {}, inputs.budget, location).limits,
    staging: inputs.staging ?? stagingMethod(settings.staging),
    s3: bucketOf(settings.staging),
    ledger: inputs.ledger ?? settings.ledger ?? null,
    overrideLabel: inputs.overrideLabel ?? settings['override-label'] ?? DEFAULT_OVERRIDE_LABEL,
    prices: readPrices(settings.prices),
    outputs: outputsOf(file, request),
  };
}

function outputsOf(
  file: { readonly path: string; readonly text: string },
  { inputs, providers, files }: ConfigRequest,
): readonly string[] | null {
  try {
    return buildConfig(file, { inputs: { ...inputs, only: undefined }, providers, files }).outputs;
  } catch {
    // What it made cannot be known; its settings were validated on their own.
    return null;
  }
}

/**
 * Two commits decide about a pull request: its base, and what the default branch is at now. Of each limit the
 * smaller, and the settings of the default branch.
 */
export function restrictBase(settings: BaseConfig, base: BaseConfig): BaseConfig {
  return {
    ...settings,
    origin: settings.origin === base.origin ? base.origin : `${settings.origin} and ${base.origin}`,
    limits: smallerLimits(settings.limits, base.limits),
    outputs: base.outputs,
  };
}

function smallerLimits(...both: readonly [Limits, Limits]): Limits {
  const [left, right] = both;
  return {
    ...forEachLimit('field', ({ field }) => smaller(left[field], right[field])),
    onExceed: both.every(({ onExceed }) => onExceed === 'partial') ? 'partial' : 'fail',
    perRunIsDefault: isDefault(...both),
  };
}

function smaller(left: number | null, right: number | null): number | null {
  return left == null || right == null ? (left ?? right) : Math.min(left, right);
}

/** Whether the limit with a default is the built-in one, and nobody wrote the same figure. */
function isDefault(...both: readonly Limits[]): boolean {
  const [field] = LIMITS.filter(({ defaultMicroUsd }) => defaultMicroUsd != null).map(
    (limit) => limit.field,
  );
  if (field == null) return false;
  const written = both.filter((limits) => limits[field] != null);
  const smallest = Math.min(...written.map((limits) => limits[field] ?? 0));
  const deciding = written.filter((limits) => limits[field] === smallest);
  return deciding.length > 0 && deciding.every(({ perRunIsDefault }) => perRunIsDefault);
}

/**
 * The config of what is checked out under what its branch allows: of each limit the smaller, and the branch's
 * own ledger, staging, prices and override label. What is not merged cannot raise what it may spend.
 */
export function joinBase(head: ReadConfig, base: BaseConfig): ReadConfig {
  const { config, location } = head;
  const warnings: Issue[] = [];
  const warn = (path: readonly string[], message: string) => {
    warnings.push(location.issue('warning', path, `${message} until this is merged`));
  };
  for (const { name, field, defaultMicroUsd } of LIMITS) {
    const [own, allowed] = [config.limits[field], base.limits[field]];
    if (own == null || allowed == null || own <= allowed) continue;
    const isDefaultThere = defaultMicroUsd != null && base.limits.perRunIsDefault;
    const origin = isDefaultThere ? `the default that counts on ${base.origin}` : base.origin;
    warn(
      ['budget', name],
      `${formatUsd(own)} is above ${formatUsd(allowed)} of ${origin}, which stays`,
    );
  }
  if (config.staging !== base.staging) warn(['staging'], `${base.staging} of ${base.origin} stays`);
  else if (JSON.stringify(config.s3) !== JSON.stringify(base.s3))
    warn(
      ['staging'],
      `${base.s3 == null ? 'no bucket' : `the bucket ${base.s3.bucket}, as it is set up there,`} of ${base.origin} stays`,
    );
  if (config.ledger !== base.ledger)
    warn(['ledger'], `${base.ledger ?? 'the default'} of ${base.origin} stays`);
  if (config.overrideLabel !== base.overrideLabel)
    warn(['override-label'], `the label of ${base.origin} stays`);
  if (listPrices(config.prices) !== listPrices(base.prices))
    warn(['prices'], `the prices of ${base.origin} stay`);
  const limits = smallerLimits(config.limits, base.limits);
  const { staging, s3, ledger, overrideLabel, prices } = base;
  return {
    ...head,
    config: { ...config, limits, staging, s3, ledger, overrideLabel, prices },
    warnings: [...head.warnings, ...warnings],
  };
}
