import * as actions from '@actions/core';
import {
  adapters,
  createRedactor,
  MIN_KEY_CHARACTERS,
  secretsIn,
  secretVariables,
} from '@motion-transfer/core/shell';
import type { Environment } from './environment.ts';

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
]);
/** Shorter passwords of a proxy would be found in every word; with its user before it one is hidden. */
const MIN_PASSWORD_CHARACTERS = 6;

const STORE_SECRETS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** All secrets of this process: what leaves it, leaves without them. */
export const redactor = createRedactor();

/** From now on it and its parts are taken out of whatever leaves, and the runner hides them in the log besides. */
export function addSecret(secret: string): void {
  redactor.add(secret);
  for (const part of secretsIn(secret)) actions.setSecret(part);
}

/** Every key that might be used is known before anything is printed but the first line, which says nothing of this run. */
export function addSecretsOf(environment: Environment): void {
  for (const secret of secretsOf(environment)) addSecret(secret);
  // The runner hides its own token by itself.
  redactor.add(environment.ACTIONS_RUNTIME_TOKEN ?? '');
}

/**
 * Keys of providers and of stores that are set, whether this run uses them or not. What is too short for a key of a
 * provider is refused, never sent, and hides nothing: it would be found in every word.
 */
export function secretsOf(environment: Environment): string[] {
  const setIn = (names: readonly string[]) =>
    names.map((name) => environment[name]?.trim() ?? '').filter((secret) => secret !== '');
  const keys = setIn(adapters.flatMap(secretVariables));
  return [
    ...keys.filter(({ length }) => length >= MIN_KEY_CHARACTERS),
    ...setIn(STORE_SECRETS),
    ...new Set(setIn(PROXIES).flatMap(passwordsIn)),
  ];
}

/** As the address has them, and as the proxy is given them. */
function passwordsIn(proxy: string): string[] {
  const { username = '', password = '' } = URL.parse(proxy) ?? {};
  const parsed = password === '' ? [] : formsOf(username, password);
  return [...parsed, ...writtenCredentials(proxy)].filter(
    ({ length }) => length >= MIN_PASSWORD_CHARACTERS,
  );
}

/**
 * What stands before the last `@`, whatever a URL makes of it: a password that is not percent-encoded may end the host
 * early, and others show as much as they take for the host.
 */
function writtenCredentials(proxy: string): string[] {
  const [, written] = /^(?:[^:/@]*:)?\/\/(.*)@/s.exec(proxy) ?? /^(.*)@/s.exec(proxy) ?? [];
  if (written == null) return [];
  const colon = written.indexOf(':');
  const [user, password] =
    colon < 0 ? [written, ''] : [written.slice(0, colon), written.slice(colon + 1)];
  const isPlain = !/[/?#@\s]/.test(written) && URL.canParse(proxy);
  if (password === '') return isPlain ? [] : [written];
  const pieces = isPlain ? [] : [written, password].flatMap((text) => text.split(/[/?#@\s]/));
  return [...formsOf(user, password), ...pieces];
}

function formsOf(user: string, password: string): string[] {
  const [plainUser, plain] = [decode(user), decode(password)];
  return [password, plain, `${user}:${password}`, `${plainUser}:${plain}`];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
