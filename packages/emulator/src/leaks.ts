/** Where a key stands that should not. */
export interface Leak {
  readonly where: string;
  readonly form: string;
}

/** Something that left: a log, a file, a request. */
export interface Sent {
  readonly where: string;
  readonly content: string | Uint8Array;
}

/** So many characters of a key are as good as all of it. */
const TELLING = 12;
/** A longer one is a token, which begins as others do. */
const LONGEST_KEY = 100;

/**
 * The keys in the environment of a step. What AWS calls a session token is part of every signed address,
 * which is sent on purpose.
 */
export function keysIn(variables: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(variables).filter(
    (name) => /(KEY|TOKEN)$/.test(name) && name !== 'AWS_SESSION_TOKEN',
  );
  return names.map((name) => variables[name] ?? '').filter((key) => key.length >= TELLING);
}

/** Searches for every form of every key that servers and encoders are known to make. */
export function findLeaks(keys: Iterable<string>, sent: Iterable<Sent>): Leak[] {
  const needles = [...new Set([...keys].flatMap(withHalves).flatMap(formsOf))];
  if (needles.length === 0) return [];
  return [...sent].flatMap(({ where, content }) => {
    const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
    const lower = text.toLowerCase();
    return needles.filter((form) => lower.includes(form)).map((form) => ({ where, form }));
  });
}

/** A key, and what is a key by itself where one text holds an id and a secret. */
function withHalves(key: string): string[] {
  return [key, ...key.split(':').filter((half) => half !== key && half.length >= TELLING)];
}

/** Written without a look at how the action does it: it is to find what that overlooks. */
function formsOf(key: string): string[] {
  const signature = key.startsWith('eyJ') ? key.split('.')[2] : undefined;
  const whole = signature ?? key;
  const secret = whole.length > LONGEST_KEY ? whole : whole.slice(0, TELLING);
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    encodeURIComponent(secret),
    [...secret].map((sign) => (/\w/.test(sign) ? sign : `&#${sign.codePointAt(0)};`)).join(''),
    ...[(hex: string) => `%${hex}`, (hex: string) => `&#x${hex};`].map((write) =>
      [...secret].map((sign) => write(sign.charCodeAt(0).toString(16).padStart(2, '0'))).join(''),
    ),
    [...secret].map((sign) => `&#${sign.codePointAt(0)};`).join(''),
    Buffer.from(secret).toString('hex'),
    ...['', 'x', 'xx'].map((before) => base64Core(before, secret)),
  ];
  return forms
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
    .map((form) => form.toLowerCase());
}

/** What of the base64 depends on the secret alone, whatever stands before and after it. */
function base64Core(before: string, secret: string): string {
  const first = Buffer.from(`${before}${secret}a`).toString('base64');
  const second = Buffer.from(`${'~'.repeat(before.length)}${secret}~~~`).toString('base64');
  let start = 0;
  while (start < 4 && first[start] !== second[start]) start += 1;
  let end = start;
  while (end < first.length && first[end] === second[end]) end += 1;
  return first.slice(start, end);
}
