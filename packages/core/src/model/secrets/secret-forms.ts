/** A text that servers, encoders and reports make of a secret. */
export interface SecretForm {
  readonly text: string;
  /** So much of its beginning gives the secret away. */
  readonly least: number;
}

/** So many characters of a key are as good as its name: nothing else begins like this. */
const TELLING_CHARACTERS = 12;
/** Above this length a secret is a token that others of its kind begin like: a header, the name of a service. */
const MAX_KEY_CHARACTERS = 100;
/** Shorter pieces of base64 are found by chance. */
const MIN_ENCODED_CHARACTERS = 8;

/**
 * A secret with its parts: of an id and a secret in one (`FAL_KEY`), in quotes or behind a scheme. Each part that is
 * as long as a key is a secret of its own.
 */
export function secretsIn(secret: string): string[] {
  const parts = secret.split(/[:\s"']+/).filter((part) => part.length >= TELLING_CHARACTERS);
  return [...new Set([secret, ...parts])];
}

/** Writes a text in another way, character by character: what begins alike is written alike. */
type Writing = (text: string) => string;

const writings: readonly Writing[] = [
  (text) => text,
  inJson,
  // As PHP writes it.
  (text) => inJson(text).replaceAll('/', '\\/'),
  // A JSON text inside of a JSON text.
  (text) => inJson(inJson(text)),
  (text) => inJson(inJson(text).replaceAll('/', '\\/')),
  (text) => escapeUnits(text, /[\s\S]/g),
  (text) => escapeUnits(text, /[^A-Za-z0-9]/g),
  // As .NET and Go write it.
  (text) => escapeUnits(text, /["'&+<>`\\]/g),
  (text) => encodeURI(text.toWellFormed()),
  inUrl,
  (text) => inUrl(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
  (text) => inUrl(inUrl(text)),
  (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&'),
  (text) => inHtml(text, /[&<>"']/g),
  (text) => inHtml(text, /[^A-Za-z0-9]/g),
  (text) => inHtml(text, /[^A-Za-z0-9]/g, 16),
  (text) => inHtml(text, /[\s\S]/g),
  (text) => inHtml(text, /[\s\S]/g, 16),
  (text) => Buffer.from(text).toString('hex'),
];

/** Every form in which a secret may come back. Upper and lower case are equal for whoever looks for them. */
export function formsOf(secret: string): SecretForm[] {
  const isKey = secret.length <= MAX_KEY_CHARACTERS;
  const beginning = isKey ? beginningOf(secret) : secret;
  const written = writings.map((write) => ({
    text: write(secret),
    least: write(beginning).length,
  }));
  const encoded = [0, 1, 2].flatMap((shift) => {
    const certain = base64(secret, shift).certain;
    const least = base64(beginning, shift).certain.length;
    return [certain, ...(shift === 0 ? [base64(secret, 0).whole] : [])]
      .filter((text) => text.length >= MIN_ENCODED_CHARACTERS)
      .flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
      .map((text) => ({ text, least: Math.max(least, MIN_ENCODED_CHARACTERS) }));
  });
  const forms = new Map([...written, ...encoded].map((form) => [form.text, form]));
  return [...forms.values()];
}

/** Never half of a character: that would be written otherwise than the whole is. */
function beginningOf(secret: string): string {
  const units = secret.slice(0, TELLING_CHARACTERS);
  return units.isWellFormed() ? units : secret.slice(0, TELLING_CHARACTERS + 1);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function escapeUnits(text: string, units: RegExp): string {
  return text.replace(units, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inHtml(text: string, signs: RegExp, base = 10): string {
  const mark = base === 16 ? '&#x' : '&#';
  return text.replace(signs, (sign) => `${mark}${sign.charCodeAt(0).toString(base)};`);
}

/**
 * Three bytes make four characters, so what stands before it decides which of three texts it becomes.
 * `certain` leaves out the first characters, which depend on that, and the last one, which depends on what follows.
 */
function base64(text: string, shift: number): { readonly whole: string; readonly certain: string } {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
  const whole = bytes.toString('base64').replace(/=/g, '');
  const own = whole.slice([0, 2, 3][shift]);
  return { whole, certain: bytes.length % 3 === 0 ? own : own.slice(0, -1) };
}
