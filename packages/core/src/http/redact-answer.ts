import type { Json } from '../model/json/json.ts';
import { type JsonReviver, parseBoundedJson } from '../model/json/strict-json.ts';
import { REDACTED, type Redactor } from '../model/secrets/redact.ts';

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

/** An address with characters that end one where it is shown: written as whoever fetches it writes them. */
function encodedUrl(text: string): string {
  return /^https?:\/\/\S+$/i.test(text) ? text.replace(/["<>]/g, encodeURIComponent) : text;
}

/** Texts and names go through `redact`; a whole number above 2^53, which would be rounded, stays as it is written. */
function parseJson(text: string, redact: (text: string) => string): unknown {
  const revive: JsonReviver = (_key, value, context) => {
    if (typeof value === 'string') return encodedUrl(redact(value));
    if (typeof value === 'number') {
      const { source = '' } = context ?? {};
      return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? redact(source) : value;
    }
    if (typeof value !== 'object' || value == null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(([name, member]) => [redact(name), member] as const);
    return Object.fromEntries(entries);
  };
  try {
    return parseBoundedJson(text, revive);
  } catch {
    return undefined;
  }
}
