import { isRecord } from '../json.ts';

/** What a field of a JSON body may hold. */
export type FieldRule = { readonly required?: true } & (
  | { readonly type: 'string' }
  | { readonly type: 'url' }
  | { readonly type: 'boolean' }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'one-url' }
  | { readonly type: 'object' }
  | { readonly type: 'list' }
);

export interface FieldProblem {
  readonly code: 'unknown_field' | 'missing_field' | 'invalid_field';
  readonly field: string;
  readonly message: string;
}

/** Strict: an unknown key, a wrong type and a missing field are each a problem; the first is named. */
export function checkFields(
  body: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, FieldRule>>,
): FieldProblem | undefined {
  for (const field of Object.keys(body)) {
    if (!Object.hasOwn(rules, field)) {
      return { code: 'unknown_field', field, message: `unknown field '${field}'` };
    }
  }
  for (const [field, rule] of Object.entries(rules)) {
    const value = body[field];
    if (value === undefined) {
      if (rule.required !== true) continue;
      return { code: 'missing_field', field, message: `field '${field}' is required` };
    }
    const expected = fits(value, rule);
    if (expected !== undefined) {
      return { code: 'invalid_field', field, message: `field '${field}' must be ${expected}` };
    }
  }
  return undefined;
}

/** What was expected where the value does not fit. */
function fits(value: unknown, rule: FieldRule): string | undefined {
  switch (rule.type) {
    case 'string':
      return typeof value === 'string' ? undefined : 'a string';
    case 'url':
      return isUrl(value) ? undefined : 'an http(s) URL';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'enum':
      return typeof value === 'string' && rule.values.includes(value)
        ? undefined
        : `one of: ${rule.values.join(', ')}`;
    case 'number':
      return typeof value === 'number' && value >= rule.minimum && value <= rule.maximum
        ? undefined
        : `a number from ${rule.minimum} to ${rule.maximum}`;
    case 'one-url':
      return Array.isArray(value) && value.length === 1 && isUrl(value[0])
        ? undefined
        : 'an array of exactly one http(s) URL';
    case 'object':
      return isRecord(value) ? undefined : 'an object';
    case 'list':
      return Array.isArray(value) ? undefined : 'an array';
  }
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}
