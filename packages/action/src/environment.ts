import * as actions from '@actions/core';
import { type LogPort, messageOf } from '@motion-transfer/core';
import { adapters, plainText, secretVariables } from '@motion-transfer/core/shell';
import { annotate } from './annotations.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const STORE_SECRETS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Every key that might be used is masked before anything else is printed. */
export function maskSecrets(environment: Environment): void {
  for (const secret of secretsOf(environment)) actions.setSecret(secret);
}

/** Keys of providers and of stores that are set, whether this run uses them or not. */
export function secretsOf(environment: Environment): string[] {
  return [...adapters.flatMap(secretVariables), ...STORE_SECRETS]
    .map((name) => environment[name]?.trim() ?? '')
    .filter((secret) => secret !== '');
}

/** The core's log in the job's log: one line each, nothing in it is a command, no signed URL. */
export const actionsLog: LogPort = {
  info: (message) => actions.info(plainText(message)),
  warning: (message) => annotate('warning', message),
};

/** An output that a full disk has no room for is named in the log, and keeps nothing else from being reported. */
export function setOutput(name: string, value: string): void {
  try {
    actions.setOutput(name, value);
  } catch (error) {
    actionsLog.warning(`output ${name} (${value}) could not be written: ${messageOf(error)}`);
  }
}
