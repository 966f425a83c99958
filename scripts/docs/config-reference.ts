interface SchemaNode {
  readonly $id?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}

/** The config reference, one table per object of the schema. */
export function renderConfigReference(schema: SchemaNode): string {
  const properties = schema.properties ?? {};
  const staging = properties.staging?.anyOf?.find((node) => node.properties != null);
  const sections = [
    ['Top level', schema],
    ['`budget`', properties.budget],
    ['`defaults`', properties.defaults],
    ['`transfers`', properties.transfers?.items],
    ['`staging`', staging],
    ['`staging: { s3: ... }`', staging?.properties?.s3],
    ...optionSections(properties.defaults?.properties?.['provider-options']),
  ] as const;
  return [
    '# Config reference',
    '',
    '_Generated from the schema by `npm run docs`. The same as JSON Schema: [config.schema.json](config.schema.json).',
    'Editors with the YAML language server show mistakes while you type after this first line:_',
    '',
    '```yaml',
    `# yaml-language-server: $schema=${schema.$id ?? 'config.schema.json'}`,
    '```',
    '',
    'The config is `.github/motion-transfer.yml` (or `.yaml`, `.json`, or the path given as `config`). It is data, never',
    'code. Every problem is reported at once with line and column, and nothing is bought while there is one.',
    '',
    'Put globs, and everything that holds a brace or a colon with a space behind it, in quotes: `"assets/*.png"`.',
    `\`\${{ }}\` is evaluated in workflows and refused here: give such values as inputs of the action. A transfer that is`,
    'written out beats the same cell of a cross product of globs, so that one cell can have a prompt or a `take` of its',
    'own; one name is one file, however its accents are composed.',
    ...sections.flatMap(([title, node]) =>
      node == null ? [] : ['', `## ${title}`, '', ...renderTable(node)],
    ),
    '',
  ].join('\n');
}

/** One table per provider that has options of its own. */
function optionSections(node: SchemaNode | undefined): (readonly [string, SchemaNode])[] {
  return Object.entries(node?.properties ?? {})
    .filter(([, options]) => Object.keys(options.properties ?? {}).length > 0)
    .map(([provider, options]) => [`\`provider-options: { ${provider}: ... }\``, options]);
}

function renderTable(node: SchemaNode): string[] {
  const rows = Object.entries(node.properties ?? {}).map(([key, property]) => {
    const required = node.required?.includes(key) === true ? ' **Required.**' : '';
    const standard =
      property.default === undefined ? '' : ` Default: ${describeDefault(property.default)}.`;
    return `| \`${key}\` | ${describeType(property)} | ${(property.description ?? '').replaceAll('|', '\\|')}${standard}${required} |`;
  });
  return ['| Key | Values | |', '| --- | --- | --- |', ...rows];
}

function describeType(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum != null) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.anyOf != null) return [...new Set(node.anyOf.map(describeType))].join(' or ');
  if (node.type === 'array')
    return `list of ${node.items == null ? 'anything' : describeType(node.items)}`;
  if (node.type === 'integer' || node.type === 'number') return describeRange(node);
  if (node.type === 'object') return describeObject(node);
  return node.type === 'boolean' ? '`true`, `false`' : 'text';
}

/** An object that can only be written in one way is shown as it is written. */
function describeObject({ properties = {} }: SchemaNode): string {
  const members = Object.entries(properties);
  const isFixed = members.length > 0 && members.every(([, { const: value }]) => value != null);
  return isFixed
    ? `\`{ ${members.map(([key, { const: value }]) => `${key}: ${String(value)}`).join(', ')} }\``
    : 'object';
}

function describeDefault(value: unknown): string {
  return Array.isArray(value) && value.length === 0 ? 'none' : `\`${String(value)}\``;
}

function describeRange({ type, minimum, maximum }: SchemaNode): string {
  const kind = type === 'integer' ? 'whole number' : 'number';
  if (minimum == null || maximum == null || maximum >= Number.MAX_SAFE_INTEGER) return kind;
  return `${kind}, ${minimum} to ${maximum}`;
}
