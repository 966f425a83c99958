import type { Json } from '../model/json.ts';
import { REDACTED, type Redactor } from '../model/redact.ts';

export interface RedactedAnswer {
  /** `undefined` when the text is not JSON. */
  readonly json: unknown;
  /** What may be shown and stored of the whole body. */
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a secret was taken out of any of them. */
  readonly isRedacted: boolean;
}

/**
 * An answer without the secrets that it repeats, in any form of theirs. Parsed first: in the raw text a secret
 * may be escaped, and a short one would be found inside numbers and names.
 */
export function redactAnswer(
  body: string,
  headers: Readonly<Record<string, string>>,
  redactor: Redactor,
): RedactedAnswer {
  let isRedacted = false;
  const redact = (text: string) => {
    const clean = redactor.redact(text);
    isRedacted ||= clean !== text;
    return clean;
  };
  const json = parseJson(body, redact);
  return {
    json,
    text: json === undefined ? redact(body) : JSON.stringify(json),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, redact(value)]),
    ),
    get isRedacted() {
      return isRedacted;
    },
  };
}

/** Whether a secret was taken out of this part of an answer: then it is not what the provider said. */
export function holdsRedaction(value: Json): boolean {
  return JSON.stringify(value).includes(REDACTED);
}

/** Node's reviver also gets the text of a number, which TypeScript's library does not know yet. */
type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: { source?: string },
) => unknown;

/** Texts and names go through `redact`; a whole number above 2^53, which would be rounded, stays as it is written. */
function parseJson(text: string, redact: (text: string) => string): unknown {
  const revive: Reviver = (_key, value, context) => {
    if (typeof value === 'string') return redact(value);
    if (typeof value === 'number') {
      const { source = '' } = context ?? {};
      return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? redact(source) : value;
    }
    if (typeof value !== 'object' || value == null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([name, member]) => [redact(name), member] as const);
    return Object.fromEntries(entries);
  };
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}
