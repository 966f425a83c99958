import type { FailureKind } from '../adapter.ts';

/** By code, never by HTTP status alone: 429 also means that the account has no money. */
const kinds: Readonly<Record<number, FailureKind>> = {
  1000: 'auth',
  1001: 'auth',
  1002: 'auth',
  1003: 'auth',
  1004: 'auth',
  1100: 'quota',
  1101: 'quota',
  1102: 'quota',
  1103: 'auth',
  1200: 'input',
  1201: 'input',
  1202: 'input',
  1203: 'not-found',
  1300: 'moderation',
  1301: 'moderation',
  1302: 'rate-limit',
  1303: 'rate-limit',
  1304: 'auth',
};

/** What a code says of a refused request; `null` for one that the API does not list. */
export function kindOfCode(code: number | null | undefined): FailureKind | null {
  return kinds[code ?? 0] ?? null;
}

const advice: Readonly<Record<number, string>> = {
  1003: 'the token is not valid yet: set the clock of this machine',
  1004: 'the token has expired: set the clock of this machine',
  1101: 'the account is in arrears: recharge it',
  1102: 'the resource pack is used up or has expired: buy another one',
  1103: 'the account may not use this model',
  1304: 'the account admits other addresses only',
};

/** Refused, empty or wrong authorization: what to do about it depends on the keys. */
const WRONG_AUTHORIZATION: ReadonlySet<number> = new Set([1000, 1001, 1002]);

/** The message with its code and, where a person can mend it, what to do. */
export function describeCode(
  code: number | null | undefined,
  message: string | null | undefined,
  adviceOnKeys: string,
): string {
  const whatToDo = WRONG_AUTHORIZATION.has(code ?? 0) ? adviceOnKeys : advice[code ?? 0];
  const words = [message, whatToDo].filter((part) => part != null && part !== '');
  const text = words.length > 0 ? words.join('; ') : 'refused without a reason';
  return code == null || text.includes(String(code)) ? text : `${code}: ${text}`;
}
