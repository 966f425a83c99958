import { ConfigError } from '../model/errors.ts';
import type { GenerateStep } from '../model/plan.ts';
import type { RunContext } from '../purchase/context.ts';

/** @throws ConfigError with every key of these steps that is missing or cannot be one. */
export function requireKeys(context: RunContext, steps: readonly GenerateStep[]): void {
  const problems = new Map(
    steps.flatMap((step) => {
      const { adapter, secrets } = context.apiFor(step.provider).endpoint;
      return adapter.secrets.flatMap((name) => {
        const problem = keyProblem(secrets[name] ?? '');
        return problem == null ? [] : [[name, problem] as const];
      });
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

function keyProblem(key: string): string | null {
  if (key === '') return 'is not set';
  // A key is sent as a header, which carries visible ASCII only.
  return /^[!-~]+$/.test(key) ? null : 'holds characters that no key has (a space, a line break?)';
}
