import type { Issue } from '../model/issue.ts';
import { forEachLimit, LIMITS, type LimitField, type Limits } from '../model/limits.ts';
import { formatUsd, parseDollars } from '../model/money.ts';
import type { WrittenBudget } from './schema/config-schema.ts';
import { inputsLocation, type SourceLocation } from './source-location.ts';

/**
 * Joins the limits of the file and of the inputs: the smaller of two wins, whoever wrote it. A limit with
 * a default always applies, because any other one may be off: in pull requests only, or without a ledger.
 */
export function joinLimits(
  file: WrittenBudget,
  inputs: WrittenBudget,
  location: SourceLocation,
): { readonly limits: Limits; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const joined = forEachLimit('field', ({ name, input }) => {
    const own = dollars(file[name]);
    const lowered = dollars(inputs[name]);
    if (own != null && lowered != null && lowered > own) {
      const message = `${formatUsd(lowered)} is above the config's ${name} of ${formatUsd(own)}, which stays: an input can only lower a limit`;
      issues.push(inputsLocation.issue('warning', [input], message));
    }
    return own == null || lowered == null ? (own ?? lowered) : Math.min(own, lowered);
  });
  const limits: Limits = {
    ...forEachLimit('field', ({ field, defaultMicroUsd }) => joined[field] ?? defaultMicroUsd),
    onExceed: inputs['on-exceed'] ?? file['on-exceed'] ?? 'fail',
    perRunIsDefault: joined.perRunMicroUsd == null,
  };
  return { limits, issues: [...issues, ...compareLimits(joined, location)] };
}

/** A limit above a wider one never applies: somebody probably mixed them up. */
function compareLimits(
  limits: Readonly<Record<LimitField, number | null>>,
  location: SourceLocation,
): Issue[] {
  const written = LIMITS.map(({ name, field }) => ({ key: name, limit: limits[field] })).filter(
    ({ limit }) => limit != null,
  );
  return written.slice(1).flatMap((wide, index) => {
    const narrow = written[index];
    if (narrow?.limit == null || wide.limit == null || narrow.limit <= wide.limit) return [];
    const message = `${formatUsd(narrow.limit)} is more than ${wide.key} allows (${formatUsd(wide.limit)}), so it never applies`;
    return [location.issue('warning', ['budget', narrow.key], message)];
  });
}

function dollars(text: string | undefined): number | null {
  return text == null ? null : parseDollars(text);
}
