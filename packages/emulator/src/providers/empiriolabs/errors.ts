import { jsonReply, type Reply } from '../../http/exchange.ts';

/** The codes that https://docs.empiriolabs.ai/rate-limits-api-keys names, and one for bad bodies. */
const STATUS = {
  missing_api_key: 401,
  invalid_api_key: 401,
  insufficient_credits: 402,
  model_not_found: 404,
  not_found: 404,
  invalid_request: 400,
  rate_limit_exceeded: 429,
  upstream_error: 502,
  model_unavailable: 503,
} as const;
type Code = keyof typeof STATUS;

export function refuse(code: Code, message: string, headers?: Record<string, string>): Reply {
  return jsonReply(STATUS[code], envelope(code, message), headers);
}

export function errorBodyFor(status: number): unknown {
  return envelope(codeFor(status), `emulated HTTP ${status}`);
}

function envelope(code: string, message: string): unknown {
  return { error: { code, message, type: typeOf(code) } };
}

function codeFor(status: number): string {
  if (status === 401) return 'invalid_api_key';
  const entry = Object.entries(STATUS).find(([, candidate]) => candidate === status);
  return entry?.[0] ?? (status >= 500 ? 'internal_error' : 'invalid_request');
}

function typeOf(code: string): string {
  if (code.endsWith('_api_key')) return 'authentication_error';
  if (code === 'rate_limit_exceeded') return 'rate_limit_error';
  if (code === 'insufficient_credits') return 'billing_error';
  return code.startsWith('invalid') || code.endsWith('not_found')
    ? 'invalid_request_error'
    : 'api_error';
}
