import type { Issue } from '../model/issue.ts';
import type { Limits } from '../model/limits.ts';
import { formatUsd, MICRO_USD_PER_USD, parseDollars } from '../model/money.ts';
import { LIMIT_INPUTS } from './inputs.ts';
import { MONEY_KEYS, type WrittenBudget } from './schema/config-schema.ts';
import { inputsLocation, type Place } from './source-location.ts';

/** Applies when nobody wrote any limit: money is never spent without one. */
const DEFAULT_PER_RUN_MICRO_USD = 10 * MICRO_USD_PER_USD;

/** Joins the limits of the file and of the inputs: the smaller of two wins, whoever wrote it. */
export function joinLimits(
  file: WrittenBudget,
  inputs: WrittenBudget,
  location: Place,
): { readonly limits: Limits; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const joined = MONEY_KEYS.map((key) => {
    const own = dollars(file[key]);
    const input = dollars(inputs[key]);
    if (own != null && input != null && input > own) {
      const message = `${formatUsd(input)} is above the config's ${key} of ${formatUsd(own)}, which stays: an input can only lower a limit`;
      issues.push(inputsLocation.issue('warning', [LIMIT_INPUTS[key]], message));
    }
    return own == null || input == null ? (own ?? input) : Math.min(own, input);
  });
  const [perTransfer = null, perRun = null, perPullRequest = null, perMonth = null] = joined;
  const isDefault = joined.every((limit) => limit == null);
  const limits: Limits = {
    perTransferMicroUsd: perTransfer,
    perRunMicroUsd: isDefault ? DEFAULT_PER_RUN_MICRO_USD : perRun,
    perPullRequestMicroUsd: perPullRequest,
    perMonthMicroUsd: perMonth,
    onExceed: inputs['on-exceed'] ?? file['on-exceed'] ?? 'fail',
    perRunIsDefault: isDefault,
  };
  return { limits, issues: [...issues, ...compareLimits(joined, location)] };
}

/** A limit above a wider one never applies: somebody probably mixed them up. */
function compareLimits(limits: readonly (number | null)[], location: Place): Issue[] {
  const written = MONEY_KEYS.map((key, index) => ({ key, limit: limits[index] ?? null })).filter(
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
