import { z } from 'zod';
import {
  type ConfigProvider,
  configSchema,
  DOLLARS,
  PROVIDER,
  PROVIDER_OPTIONS,
} from './config-schema.ts';

/** Where the schema of the newest first-major release is served: an editor that is given it fetches it from there. */
const SCHEMA_ID =
  'https://raw.githubusercontent.com/motion-transfer/motion-transfer/v1/docs/config.schema.json';

/**
 * The JSON Schema of the config file, for editors and for the config reference. With providers, it
 * also lists their ids and their own options.
 */
export function configJsonSchema(
  providers: readonly ConfigProvider[] = [],
): Readonly<Record<string, unknown>> {
  const ids = providers.map(({ id }) => id);
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === DOLLARS) {
        const { pattern } = jsonSchema;
        delete jsonSchema.format;
        delete jsonSchema.type;
        delete jsonSchema.pattern;
        jsonSchema.anyOf = [
          { type: 'number', minimum: 0, maximum: 999_999.999_999 },
          pattern == null ? { type: 'string' } : { type: 'string', pattern },
        ];
      }
      if (jsonSchema.format === PROVIDER) {
        delete jsonSchema.format;
        if (ids.length > 0) {
          jsonSchema.anyOf = [
            { enum: [...ids, 'cheapest'] },
            { type: 'array', items: { enum: ids }, minItems: 1, uniqueItems: true },
          ];
        }
      }
      if (jsonSchema.format === PROVIDER_OPTIONS) {
        delete jsonSchema.format;
        if (ids.length === 0) return;
        delete jsonSchema.propertyNames;
        jsonSchema.properties = Object.fromEntries(
          providers.map(({ id, options }) => {
            const { $schema, ...schema } = z.toJSONSchema(options, { io: 'input' });
            return [id, schema];
          }),
        );
        jsonSchema.additionalProperties = false;
      }
    },
  });
  const { $schema, ...rest } = schema;
  return { $schema, $id: SCHEMA_ID, title: 'Motion Transfer config', ...rest };
}
