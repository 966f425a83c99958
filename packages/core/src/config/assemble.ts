import type { Config } from '../model/config.ts';
import { ConfigError } from '../model/errors.ts';
import type { Issue } from '../model/issue.ts';
import { readPrices } from './contract-prices.ts';
import { type ConfigInputs, validateInputs } from './inputs.ts';
import { joinLimits } from './join-limits.ts';
import { normalizeTransfers } from './normalize.ts';
import { parseConfigText } from './parse.ts';
import { checkRules } from './rules.ts';
import { NOTHING_TO_DO, SAMPLES } from './samples.ts';
import type { ConfigProvider } from './schema/config-schema.ts';
import { selectOnly } from './select.ts';
import { inputsLocation, locationInFile, type SourceLocation } from './source-location.ts';
import { bucketOf, stagingMethod } from './staging.ts';
import { type TransferEntry, validateSections, type WrittenConfig } from './validate.ts';

export interface ConfigRequest {
  readonly inputs: ConfigInputs;
  readonly providers: readonly ConfigProvider[];
  /** Repository-relative paths that globs may match, sorted by code unit. */
  readonly files: readonly string[];
}

export interface ReadConfig {
  readonly config: Config;
  readonly warnings: readonly Issue[];
  /** Outputs of all transfers, also of those that `only` leaves out. */
  readonly outputs: readonly string[];
  /** Where the settings stand, for problems found later. */
  readonly location: SourceLocation;
}

export const DEFAULT_OVERRIDE_LABEL = 'motion-transfer-approved';

/** More than this help nobody; GitHub shows ten annotations of a step. */
const MOST_ISSUES = 100;

/**
 * The config that a file's text (or none) and the inputs make together.
 * Throws `ConfigError` with every problem of both.
 */
export function buildConfig(
  file: { readonly path: string; readonly text: string } | null,
  request: ConfigRequest,
): ReadConfig {
  const { written: inputs, issues: inputIssues } = validateInputs(request.inputs);
  const issues: Issue[] = [...inputIssues];

  let written: WrittenConfig = { settings: {}, transfers: [], failed: new Set() };
  let root: SourceLocation = inputsLocation;
  if (file != null) {
    const parsed = parseConfigText(file.path, file.text);
    issues.push(...parsed.issues);
    if (parsed.document == null) throw refusal(issues);
    const validated = validateSections(parsed.document);
    // A value that could not be read has been reported; what it is instead says nothing.
    const reported = new Set(parsed.issues.map(({ path }) => path));
    issues.push(...validated.issues.filter(({ path }) => !reported.has(path)));
    written = validated.config;
    root = locationInFile(parsed.document, []);
  }

  const { settings, failed } = written;
  const entries: readonly TransferEntry[] =
    inputs.transfer != null
      ? [{ written: inputs.transfer, location: inputsLocation }]
      : written.transfers;
  if (entries.length === 0 && !failed.has('transfers')) {
    if (file != null) {
      issues.push(root.issue('error', ['transfers'], 'is required: it lists what to make'));
    } else if (issues.length === 0) {
      throw new ConfigError([root.issue('error', [], NOTHING_TO_DO)], { samples: SAMPLES });
    }
  }

  const { limits, issues: limitIssues } = joinLimits(settings.budget ?? {}, inputs.budget, root);
  const { expanded, issues: globIssues } = normalizeTransfers(entries, {
    provider: settings.provider,
    defaults: settings.defaults ?? {},
    inputProvider: inputs.provider,
    overrides: inputs.overrides,
    files: request.files,
  });
  issues.push(...limitIssues, ...globIssues);
  const { providers } = request;
  issues.push(...checkRules({ root, settings, failed, inputs, entries, expanded, providers }));
  if (issues.some(isError)) throw refusal(issues);

  const transfers = expanded.map(({ transfer }) => transfer);
  const { selected, issues: onlyIssues } = selectOnly(transfers, inputs.only);
  if (onlyIssues.length > 0) throw refusal(onlyIssues);
  return {
    config: {
      file: file?.path ?? null,
      limits,
      staging: inputs.staging ?? stagingMethod(settings.staging),
      s3: bucketOf(settings.staging),
      ledger: inputs.ledger ?? settings.ledger ?? null,
      overrideLabel: inputs.overrideLabel ?? settings['override-label'] ?? DEFAULT_OVERRIDE_LABEL,
      prices: readPrices(settings.prices),
      transfers: selected,
    },
    warnings: issues,
    outputs: transfers.map(({ output }) => output),
    location: root,
  };
}

/** One error for all problems, in the order in which they stand in the file; inputs come first. */
export function refusal(issues: readonly Issue[]): ConfigError {
  const errors = issues.filter(isError).sort((a, b) => {
    const [lineA, lineB] = [a.position?.line ?? 0, b.position?.line ?? 0];
    return lineA - lineB || (a.position?.column ?? 0) - (b.position?.column ?? 0);
  });
  const rest = errors.length - MOST_ISSUES;
  if (rest <= 0) return new ConfigError(errors);
  const more: Issue = { severity: 'error', path: '', message: `and ${rest} more problems` };
  return new ConfigError([...errors.slice(0, MOST_ISSUES), more]);
}

function isError(issue: Issue): boolean {
  return issue.severity === 'error';
}
