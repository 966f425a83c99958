import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isRecord } from '../../json.ts';
import { inferSchema } from './open-schema.ts';
import contract from './operations.json' with { type: 'json' };

/**
 * GitHub's own description of its REST API as a judge: of what is asked, in full; of what is answered here, as
 * far as it goes. An emulated answer leaves most members out, but none may be invented, and none of another type.
 */
export interface Question {
  readonly method: string;
  /** Below the API's address, e.g. `/repos/octo/animations/pulls/7`. */
  readonly path: string;
  readonly query: Iterable<readonly [string, string]>;
  /** `undefined` when there is none. */
  readonly body: unknown;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly { readonly name: string; readonly schema: object }[];
  readonly body: object | null;
  readonly answers: Readonly<Record<string, object | null>>;
}

const operations: readonly (Operation & { readonly pattern: RegExp })[] = contract.operations.map(
  (operation: Operation) => ({ ...operation, pattern: patternOf(operation.path) }),
);
const definitions: Readonly<Record<string, unknown>> = contract.$defs;
const settings = { strict: false, validateFormats: false, allErrors: true };
const strictly = new Ajv2020({ ...settings, coerceTypes: true });
const asFarAsItGoes = new Ajv2020(settings);
const compiled = new Map<object, ValidateFunction>();

/** What GitHub would not understand of a question; empty when nothing. */
export function judgeQuestion({ method, path, query, body }: Question): string[] {
  const operation = findOperation(method, path);
  const where = `${method} ${path}`;
  if (operation == null) return [`${where} is no operation that is known of GitHub`];
  const problems = [...query].flatMap(([name, value]) => {
    const parameter = operation.query.find((known) => known.name === name);
    if (parameter == null) return [`the parameter ${name} is unknown`];
    return problemsOf(strictly, { ...parameter.schema }, parameter.schema, { value });
  });
  if (operation.body == null) {
    if (body !== undefined) problems.push('a body is not expected');
  } else
    problems.push(
      ...problemsOf(strictly, inferSchema(operation.body, definitions, 'all'), operation.body, {
        value: body,
      }),
    );
  return problems.map((problem) => `${where}: ${problem}`);
}

/** What of an answer GitHub would never say; empty when nothing. Failures have a `message` and little else. */
export function judgeAnswer(method: string, path: string, status: number, body: unknown): string[] {
  const operation = findOperation(method, path);
  const schema = operation?.answers[String(status)];
  if (schema == null || body === undefined) return [];
  return problemsOf(asFarAsItGoes, inferSchema(schema, definitions, 'some'), schema, {
    value: body,
  }).map((problem) => `${method} ${path} -> ${status}: ${problem}`);
}

function findOperation(method: string, path: string): Operation | undefined {
  return operations.find(
    (operation) => operation.method === method && operation.pattern.test(path),
  );
}

function problemsOf(
  ajv: Ajv2020,
  schema: object,
  key: object,
  wrapped: { readonly value: unknown },
): string[] {
  let validate = compiled.get(key);
  if (validate == null) {
    const $defs = isRecord(schema) && isRecord(schema.$defs) ? schema.$defs : {};
    validate = ajv.compile({
      type: 'object',
      properties: { value: { ...schema, $defs: undefined } },
      $defs,
    });
    compiled.set(key, validate);
  }
  // Coercing writes into what it is given.
  if (validate(structuredClone(wrapped))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath.replace(/^\/value/, '') || 'the whole'} ${message} ${JSON.stringify(params)}`,
  );
}

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => {
    // A file's path and a branch may hold slashes.
    if (part === '{path}' || part === '{basehead}') return '.+';
    return part.startsWith('{') ? '[^/]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
