import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `extract-github-operations.ts <package directory>`: writes what the emulator judges by, the part of @octokit/openapi that is about the
 * calls of this action. The package has 385 MB: too much to install for twenty operations.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *     node scripts/extract-github-operations.ts package
 */
const OPERATIONS: readonly (readonly [method: string, path: string])[] = [
  ['get', '/repos/{owner}/{repo}'],
  ['get', '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}'],
  ['get', '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'],
  ['get', '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts'],
  ['get', '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}'],
  ['get', '/repos/{owner}/{repo}/collaborators/{username}/permission'],
  ['get', '/repos/{owner}/{repo}/commits/{commit_sha}/pulls'],
  ['get', '/repos/{owner}/{repo}/commits/{ref}'],
  ['get', '/repos/{owner}/{repo}/commits/{ref}/statuses'],
  ['get', '/repos/{owner}/{repo}/compare/{basehead}'],
  ['get', '/repos/{owner}/{repo}/contents/{path}'],
  ['post', '/repos/{owner}/{repo}/git/commits'],
  ['get', '/repos/{owner}/{repo}/git/commits/{commit_sha}'],
  ['post', '/repos/{owner}/{repo}/git/refs'],
  ['post', '/repos/{owner}/{repo}/git/trees'],
  ['get', '/repos/{owner}/{repo}/git/trees/{tree_sha}'],
  ['delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['post', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/events'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/timeline'],
  ['get', '/repos/{owner}/{repo}/pulls'],
  ['post', '/repos/{owner}/{repo}/pulls'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['patch', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['post', '/repos/{owner}/{repo}/statuses/{sha}'],
];
/** What only people read. */
const PROSE = new Set(['description', 'summary', 'example', 'examples', 'title', 'externalDocs']);

const [, , directory = 'package'] = process.argv;
const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
const api = JSON.parse(readFileSync(join(directory, 'generated/api.github.com.json'), 'utf8'));

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema: unknown;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
}

function schemaOf({ content }: Content): unknown {
  return content?.['application/json']?.schema ?? null;
}

/** Names of schemas that are used, in the order in which they were met. */
const schemas = new Map<string, unknown>();

function keep(node: unknown, isNamed = false): unknown {
  if (Array.isArray(node)) return node.map((item) => keep(item));
  if (typeof node !== 'object' || node == null) return node;
  if ('$ref' in node && typeof node.$ref === 'string') return keepReference(node.$ref);
  return Object.fromEntries(
    Object.entries(node)
      // A property may be called `title`: only the words beside a type are prose.
      .filter(([key]) => isNamed || !(PROSE.has(key) || key.startsWith('x-')))
      .map(([key, value]) => [key, keep(value, key === 'properties')]),
  );
}

function keepReference(reference: string): unknown {
  const [, , kind = '', name = ''] = reference.split('/');
  if (kind !== 'schemas') return keep(api.components[kind][name]);
  if (!schemas.has(name)) {
    schemas.set(name, null);
    schemas.set(name, keep(api.components.schemas[name]));
  }
  return { $ref: `#/$defs/${name}` };
}

const operations = OPERATIONS.map(([method, path]) => {
  const operation = api.paths[path][method];
  const parameters = keep(operation.parameters ?? []) as Parameter[];
  const answers = Object.entries(keep(operation.responses) as Record<string, Content>);
  return {
    method: method.toUpperCase(),
    path,
    query: parameters
      .filter(({ in: place }) => place === 'query')
      .map(({ name, schema }) => ({ name, schema })),
    body: schemaOf(keep(operation.requestBody ?? {}) as Content),
    answers: Object.fromEntries(answers.map(([status, answer]) => [status, schemaOf(answer)])),
  };
});

const source = `@octokit/openapi ${version}, generated/api.github.com.json (MIT)`;
const written = { source, operations, $defs: Object.fromEntries([...schemas].sort()) };
writeFileSync(
  join(import.meta.dirname, '../packages/emulator/src/github/contract/operations.json'),
  `${JSON.stringify(written)}\n`,
);
