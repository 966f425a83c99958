import { expect, test } from 'vitest';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { PROVIDERS } from './support.ts';

type Node = { readonly [key: string]: unknown };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value != null;
}

function at(schema: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((node, key) => (isNode(node) ? node[key] : undefined), schema);
}

test('every key of the config is described', () => {
  const schema = configJsonSchema();
  for (const group of [
    ['properties'],
    ['properties', 'budget', 'properties'],
    ['properties', 'defaults', 'properties'],
    ['properties', 'transfers', 'items', 'properties'],
  ]) {
    const properties = at(schema, ...group);
    if (!isNode(properties)) throw new Error(`no ${group.join('.')}`);
    for (const [key, value] of Object.entries(properties)) {
      expect([key, at(value, 'description')]).toEqual([key, expect.stringMatching(/\.$/)]);
    }
  }
});

test('unknown keys are refused by the schema as well', () => {
  const schema = configJsonSchema();
  expect(at(schema, 'additionalProperties')).toBe(false);
  expect(at(schema, 'properties', 'transfers', 'items', 'additionalProperties')).toBe(false);
  expect(at(schema, 'required')).toEqual(['version']);
});

test('money may be a number or text of the grammar', () => {
  const money = at(configJsonSchema(), 'properties', 'budget', 'properties', 'per-run');
  expect(money).toEqual({
    description: expect.any(String),
    examples: [2.5, '10.00'],
    anyOf: [
      { type: 'number', minimum: 0, maximum: 999_999.999_999 },
      { type: 'string', pattern: '^(0|[1-9][0-9]{0,5})(\\.[0-9]{1,6})?$' },
    ],
  });
});

test.each(['defaults', 'transfers'])('the schema lists the models of %s', (place) => {
  const keys = place === 'transfers' ? ['transfers', 'items'] : ['defaults'];
  const model = at(configJsonSchema(), 'properties', ...keys, 'properties', 'model');
  expect(model).toMatchObject({ enum: ['kling-3.0', 'kling-2.6', 'any'] });
});

test('with providers, the schema lists their ids and their options', () => {
  const schema = configJsonSchema(PROVIDERS);
  const provider = at(schema, 'properties', 'provider');
  expect(JSON.stringify(provider)).toContain(
    '"enum":["prospolabs","empiriolabs","fal","cheapest"]',
  );
  const options = at(schema, 'properties', 'defaults', 'properties', 'provider-options');
  expect(at(options, 'properties', 'fal', 'properties', 'retention', 'enum')).toEqual([
    'short',
    'long',
  ]);
  expect(at(options, 'additionalProperties')).toBe(false);
  expect(at(schema, 'properties', 'transfers', 'items', 'properties', 'provider')).toMatchObject({
    description: 'Provider of this transfer, instead of the one above.',
  });
});
