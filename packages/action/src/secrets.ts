import * as actions from '@actions/core';
import { adapters, createRedactor, secretVariables } from '@motion-transfer/core/shell';
import type { Environment } from './environment.ts';

const STORE_SECRETS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** All secrets of this process: what leaves it, leaves without them. */
export const redactor = createRedactor();

/** From now on it is taken out of whatever leaves, and the runner hides it in the log besides. */
export function addSecret(secret: string): void {
  redactor.add(secret);
  actions.setSecret(secret);
}

/** Every key that might be used is known before anything else is printed. */
export function addSecretsOf(environment: Environment): void {
  for (const secret of secretsOf(environment)) addSecret(secret);
  // The runner hides its own token by itself.
  redactor.add(environment.ACTIONS_RUNTIME_TOKEN ?? '');
}

/** Keys of providers and of stores that are set, whether this run uses them or not. */
export function secretsOf(environment: Environment): string[] {
  return [...adapters.flatMap(secretVariables), ...STORE_SECRETS]
    .map((name) => environment[name]?.trim() ?? '')
    .filter((secret) => secret !== '');
}
