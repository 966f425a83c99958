import { UnsafeError } from '../model/errors.ts';
import type { Adapter, Secrets } from '../providers/adapter.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** No provider issues shorter keys; anything shorter is found by chance inside ids and addresses. */
export const MIN_KEY_CHARACTERS = 12;

type KeyNames = Pick<Adapter, 'secrets' | 'alternativeSecrets' | 'secretAliases'>;

/** The sets of variables of which one suffices; the first is the usual one. */
export function secretSets({
  secrets,
  alternativeSecrets = [],
}: KeyNames): readonly (readonly string[])[] {
  return [secrets, ...alternativeSecrets];
}

/** Every variable that may hold a key, older names among them. */
export function secretVariables(adapter: KeyNames): readonly string[] {
  return [...secretSets(adapter).flat(), ...Object.values(adapter.secretAliases ?? {})];
}

/**
 * Every key of the adapter by its name, empty where it is not set.
 *
 * @throws UnsafeError for a text that is no key: too short, in quotes, or with the scheme before it.
 */
export function readSecrets(adapter: Adapter, environment: Environment): Secrets {
  const read = (name: string) => {
    const alias = adapter.secretAliases?.[name];
    const key = readKey(adapter, name, environment);
    return key !== '' || alias == null ? key : readKey(adapter, alias, environment);
  };
  return Object.fromEntries(
    secretSets(adapter)
      .flat()
      .map((name) => [name, read(name)]),
  );
}

function readKey({ title }: Adapter, name: string, environment: Environment): string {
  const key = environment[name]?.trim() ?? '';
  const problem = key === '' ? null : whyNoKey(key);
  if (problem == null) return key;
  throw new UnsafeError(`${name} is not a key of ${title}: ${problem}`);
}

function whyNoKey(key: string): string | null {
  if (key.length < MIN_KEY_CHARACTERS)
    return `it has ${key.length} characters, and every key has at least ${MIN_KEY_CHARACTERS}; put the whole key into the secret, or remove it`;
  if (/^["'`]|["'`]$/.test(key))
    return 'it stands in quotes, which no key has; put the key into the secret without them';
  const [, prefix] = /^(authorization:|bearer|basic|key|token)\s/i.exec(key) ?? [];
  if (prefix != null)
    return `it begins with the prefix "${prefix}", which is added when it is sent; put the key into the secret without it`;
  return null;
}

/** Whether one set is complete. */
export function hasKeys(adapter: KeyNames, secrets: Secrets): boolean {
  return secretSets(adapter).some((names) => names.every((name) => isSet(secrets, name)));
}

export function isSet(secrets: Secrets, name: string): boolean {
  return (secrets[name] ?? '') !== '';
}

/** What the headers of `authorize` hold besides their scheme: a key, or a token made from one. */
export function credentialsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.values(headers).flatMap((value) => value.split(' ').slice(-1));
}
