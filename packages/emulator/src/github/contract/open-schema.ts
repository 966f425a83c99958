import { isRecord } from '../../json.ts';

/**
 * A schema of GitHub's (OpenAPI 3.0) as JSON Schema 2020-12 in which no member may be made up. `some`: members
 * may be missing. With the definitions that it needs under `$defs`.
 */
export function inferSchema(
  schema: object,
  definitions: Readonly<Record<string, unknown>>,
  members: 'all' | 'some',
): object {
  const $defs: Record<string, unknown> = {};
  const keep = (name: string) => {
    if (name in $defs) return;
    $defs[name] = true;
    $defs[name] = convert(definitions[name]);
  };

  /** A schema where another one stands for a part of it. */
  const convert = (node: unknown): unknown => {
    if (!isRecord(node)) return node;
    const { required, nullable, oneOf, anyOf, allOf, properties, items, $ref, ...rest } = node;
    if (typeof $ref === 'string') keep($ref.replace('#/$defs/', ''));
    // Of schemas that only differ in what they require, several fit once nothing is required.
    const either = oneOf ?? anyOf;
    const converted = {
      ...rest,
      ...(typeof $ref === 'string' ? { $ref } : {}),
      ...(members === 'all' && required != null ? { required } : {}),
      ...(Array.isArray(either) ? { anyOf: either.map(convert) } : {}),
      ...(Array.isArray(allOf) ? { allOf: allOf.map(convert) } : {}),
      ...(isRecord(properties)
        ? {
            properties: Object.fromEntries(
              Object.entries(properties).map(([name, member]) => [name, close(member)]),
            ),
          }
        : {}),
      ...(items == null ? {} : { items: close(items) }),
    };
    return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
  };

  /** A schema of a whole value: what none of its parts knows is made up. */
  const close = (node: unknown): unknown => {
    const converted = convert(node);
    return isRecord(converted) && hasMembers(node, definitions)
      ? { ...converted, unevaluatedProperties: false }
      : converted;
  };

  const closed = close(schema);
  return { ...(isRecord(closed) ? closed : {}), $defs };
}

/** Whether it names members anywhere; one that does not stands for any. */
function hasMembers(node: unknown, definitions: Readonly<Record<string, unknown>>): boolean {
  if (!isRecord(node)) return false;
  if (typeof node.$ref === 'string')
    return hasMembers(definitions[node.$ref.replace('#/$defs/', '')], definitions);
  if (isRecord(node.properties)) return true;
  return [node.oneOf, node.anyOf, node.allOf].some(
    (list) => Array.isArray(list) && list.some((item) => hasMembers(item, definitions)),
  );
}
