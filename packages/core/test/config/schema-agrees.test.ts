import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { BAD } from './bad-configs.ts';
import { build, configWith, PROVIDERS } from './support.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
const accepts = ajv.compile(configJsonSchema(PROVIDERS));

/** What a JSON Schema cannot see, and why. */
const OUT_OF_SIGHT: readonly (readonly [RegExp, string])[] = [
  [/YAML|document|a tab|anchor &|tag tag:|write a plain value/, 'YAML is read before it'],
  [/^is required$/, 'transfers may come from the inputs of the step'],
  [/no provider is chosen/, 'the provider may come from the inputs of the step'],
  [/no file of the repository|because assets/, 'it does not know the files'],
  [/stands beside a glob/, 'it does not compare two members'],
  [/not sold by|cannot be made by that provider/, 'it does not compare two members'],
  [/written twice|only in case|needs a directory|is also/, 'it does not compare two transfers'],
];

describe('the JSON Schema', () => {
  test.each(BAD)('refuses what the action refuses: %j', (text, _place, _path, message) => {
    let value: unknown;
    try {
      value = parse(text, { logLevel: 'silent' });
    } catch {
      // No editor reads on either.
      return;
    }
    const reason = OUT_OF_SIGHT.find(([pattern]) => pattern.test(message))?.[1];
    if (reason == null) expect(accepts(value), message).toBe(false);
  });

  test('says nothing against what the action accepts', () => {
    const part = fc.constantFrom(
      ...[
        'a',
        'git',
        '.git',
        'con',
        'x.mp4',
        '..',
        '.',
        'é',
        '{character}',
        '{motion}',
        '{x}',
        ' ',
        '*',
        '?',
      ],
      ...[
        '[1]',
        '##[',
        ',',
        'https://',
        'http://',
        'x.io',
        '@',
        '#',
        '%20',
        'plan.json',
        '~1',
        '\\',
        'ß',
        '$',
      ],
    );
    const text = fc
      .array(fc.tuple(part, fc.constantFrom('', '/', '.')), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(fc.constantFrom('character', 'output', 'id', 'prompt'), text, (key, written) => {
        const value = {
          version: 1,
          provider: 'fal',
          transfers: [
            {
              character: 'assets/hero.png',
              motion: 'assets/motions/wave.mp4',
              output: 'o.mp4',
              [key]: written,
            },
          ],
        };
        if (isAccepted(value)) expect(accepts(value), JSON.stringify(ajv.errors)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('has an address, by which an editor finds it', () => {
    expect(configJsonSchema(PROVIDERS).$id).toMatch(/^https:.*\/docs\/config\.schema\.json$/);
  });

  test('accepts $schema in the file, which the action ignores', () => {
    const text = `${configWith('')}\n$schema: https://example.com/config.schema.json\n`;
    expect(accepts(parse(text))).toBe(true);
    expect(build(text).config).toEqual(build(configWith('')).config);
  });
});

function isAccepted(value: unknown): boolean {
  try {
    build(JSON.stringify(value));
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
