import { isSet, secretSets } from '../http/secrets.ts';
import { ConfigError } from '../model/errors.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { Adapter, Secrets } from '../providers/adapter.ts';
import type { RunContext } from '../purchase/context.ts';

/** @throws ConfigError with every key of these steps that is missing or cannot be one. */
export function requireKeys(context: RunContext, steps: readonly GenerateStep[]): void {
  const problems = new Map(
    steps.flatMap((step) => {
      const { adapter, secrets } = context.apiFor(step.provider).endpoint;
      return findKeyProblems(adapter, secrets);
    }),
  );
  if (problems.size === 0) return;
  throw new ConfigError(
    [...problems].map(([name, problem]) => ({
      severity: 'error',
      path: '',
      message: `${name} ${problem}, so nothing was bought; add it as a secret and pass it in the step's env: ${name}: \${{ secrets.${name} }}`,
    })),
  );
}

/** What is wrong with the keys of one provider, by the name of the key that mends it. */
export function findKeyProblems(
  adapter: Adapter,
  secrets: Secrets,
): readonly (readonly [string, string])[] {
  const sets = secretSets(adapter);
  const unusable = sets
    .flat()
    // A key is sent as a header, which carries visible ASCII only.
    .filter((name) => isSet(secrets, name) && !/^[!-~]+$/.test(secrets[name] ?? ''))
    .map((name) => [name, 'holds characters that no key has (a space, a line break?)'] as const);
  const missingOf = (names: readonly string[]) => names.filter((name) => !isSet(secrets, name));
  if (unusable.length > 0 || sets.some((names) => missingOf(names).length === 0)) return unusable;

  // One that is set in part is what somebody meant to use.
  const meant = sets.find((names) => missingOf(names).length < names.length) ?? adapter.secrets;
  const others = sets.filter((names) => names !== meant).map((names) => names.join(' with '));
  const instead =
    others.length === 0 ? '' : ` (and neither is ${others.join(' or ')}, which would do as well)`;
  return missingOf(meant).map((name) => [name, `is not set${instead}`] as const);
}
