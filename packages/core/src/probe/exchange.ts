import { redactAnswer } from '../http/redact-answer.ts';
import type { Exchange, Purpose } from '../model/probe.ts';
import { type Redactor, withoutQueries } from '../model/secrets/redact.ts';
import type { RecordedCall } from './recorder.ts';

/** Headers that say something about the API. Cookies and what names a session stay out. */
const KEPT_HEADERS =
  /^(content-type|content-length|date|retry-after|server|etag|location|deprecation|sunset|x-request-id|(x-)?ratelimit.*|x-fal-.*)$/;
/** Longer texts are bytes of a file, or pages of a gateway. */
const MAX_TEXT_CHARACTERS = 4_000;

export interface PublishingRules {
  /** Knows everything that must not be shown. */
  readonly redactor: Redactor;
  /** Pairs of an origin and where it was moved to: the origin is written instead. */
  readonly moved: readonly (readonly [origin: string, base: string])[];
  /** Whose queries are a part of the API and sign nothing. */
  readonly origins: readonly string[];
  /** The provider's ids of the job of this probe. */
  readonly jobIds: readonly string[];
}

/** A recorded call as it may be published. */
export function toExchange(
  call: RecordedCall,
  purpose: Purpose,
  number: number,
  rules: PublishingRules,
): Exchange {
  const { redact } = rules.redactor;
  const url = redact(moveBack(call.url, rules));
  const isApi = rules.origins.some((origin) => url.startsWith(`${origin}/`));
  return {
    number,
    purpose,
    request: {
      method: call.method,
      url: isApi ? url : withoutQueries(url),
      body: publishBody(call.body, rules),
    },
    response: publishResponse(call, purpose, rules),
    problem: call.problem == null ? null : withoutQueries(redact(call.problem)),
  };
}

function publishResponse(
  call: RecordedCall,
  purpose: Purpose,
  rules: PublishingRules,
): Exchange['response'] {
  if (call.status == null) return null;
  const kept = Object.entries(call.headers).filter(([name]) => KEPT_HEADERS.test(name));
  const answer = redactAnswer(call.text, Object.fromEntries(kept), rules.redactor);
  const json = publishJson(answer.json, purpose, rules);
  return {
    status: call.status,
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, publishText(value)]),
    ),
    json,
    text: json === undefined ? publishText(answer.text) : JSON.stringify(json),
  };
}

/** Lists hold the account's other jobs, and a balance is its owner's business: neither is published. */
function publishJson(json: unknown, purpose: Purpose, { jobIds }: PublishingRules): unknown {
  const plain = publish(json);
  switch (purpose) {
    case 'look-up':
      return withoutOthers(plain, jobIds);
    case 'balance':
      return withoutFigures(withoutOthers(plain, jobIds));
    default:
      return plain;
  }
}

/** Entries of lists that do not name the job of this probe are left out. */
function withoutOthers(value: unknown, jobIds: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value.filter((entry) => {
      const isEntry = typeof entry === 'object' && entry != null;
      return !isEntry || jobIds.some((id) => JSON.stringify(entry).includes(id));
    });
  }
  return mapMembers(value, (member) => withoutOthers(member, jobIds));
}

function withoutFigures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFigures);
  return mapMembers(value, (member, name) => {
    const isFigure =
      typeof member === 'number' || (typeof member === 'string' && /^-?\$?\d/.test(member));
    return isFigure && name !== 'code' ? '(a figure, left out)' : withoutFigures(member);
  });
}

function publishBody(body: RecordedCall['body'], { redactor }: PublishingRules): unknown {
  if (body == null) return null;
  if (typeof body === 'number') return `(${body} bytes of a file)`;
  const { json, text } = redactAnswer(body, {}, redactor);
  return json === undefined ? publishText(text) : publish(json);
}

/** Every text of a value without the queries of addresses, and cut. */
function publish(value: unknown): unknown {
  if (typeof value === 'string') return publishText(value);
  if (Array.isArray(value)) return value.map(publish);
  return mapMembers(value, publish);
}

function mapMembers(value: unknown, change: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value == null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, change(member, name)]),
  );
}

function publishText(text: string): string {
  const plain = withoutQueries(text);
  if (plain.length <= MAX_TEXT_CHARACTERS) return plain;
  return `${plain.slice(0, 200)}... (${plain.length} characters)`;
}

/** What was reached under another address is written as the provider's own. */
function moveBack(url: string, { moved }: PublishingRules): string {
  const [origin, base] = moved.find(([, reached]) => url.startsWith(`${reached}/`)) ?? [];
  return origin == null || base == null ? url : origin + url.slice(base.length);
}
