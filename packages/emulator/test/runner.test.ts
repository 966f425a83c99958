import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelAsRunnerDoes, runAction, startAction } from '../src/index.ts';
import { parseFileCommands } from '../src/runner/file-commands.ts';
import { parseWorkflowCommands } from '../src/runner/workflow-commands.ts';

let workspace: string;
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'emulated-workspace-'));
});
afterAll(() => rmSync(workspace, { recursive: true }));

/** An action of a few lines. */
function script(name: string, source: string): string {
  const path = join(workspace, `${name}.mjs`);
  writeFileSync(path, `import { appendFileSync, readFileSync } from 'node:fs';\n${source}`);
  return path;
}

describe('an action that is run', () => {
  test('gets its inputs, defaults included, under the runner’s names', async () => {
    const bundle = script(
      'inputs',
      'const mine = Object.entries(process.env).filter(([name]) => name.startsWith("INPUT_"));' +
        'console.log(JSON.stringify(Object.fromEntries(mine)));',
    );
    const { stdout } = await runAction({
      bundle,
      workspace,
      defaults: { 'max-cost': '10.00', 'two words': 'b' },
      inputs: { 'max-cost': '1.50' },
    });
    expect(JSON.parse(stdout)).toEqual({ 'INPUT_MAX-COST': '1.50', INPUT_TWO_WORDS: 'b' });
  });

  test('gets the event, the repository, and nothing of the parent but PATH and HOME', async () => {
    const bundle = script(
      'environment',
      'const event = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, "utf8"));' +
        'console.log(JSON.stringify({ env: process.env, event, cwd: process.cwd() }));',
    );
    process.env.LEAKED_FROM_THE_PARENT = 'yes';
    const payload = {
      action: 'opened',
      pull_request: { number: 7, head: { ref: 'feature' }, base: { ref: 'main' } },
    };
    const { stdout } = await runAction({
      bundle,
      workspace,
      event: { name: 'pull_request', payload },
      visibility: 'private',
      runAttempt: 2,
      retentionDays: 5,
      environment: { PROSPOLABS_API_KEY: 'k' },
    });
    delete process.env.LEAKED_FROM_THE_PARENT;
    const { env, event, cwd } = JSON.parse(stdout);
    expect(cwd).toBe(workspace);
    expect(env).not.toHaveProperty('LEAKED_FROM_THE_PARENT');
    expect(env).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_BASE_REF: 'main',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_HEAD_REF: 'feature',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_REPOSITORY: 'octo/animations',
      GITHUB_RETENTION_DAYS: '5',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_SHA: '0'.repeat(40),
      GITHUB_WORKSPACE: workspace,
      PROSPOLABS_API_KEY: 'k',
    });
    expect(event).toMatchObject({
      ...payload,
      repository: { full_name: 'octo/animations', private: true, visibility: 'private' },
    });
  });

  test('leaves outputs, state, a summary and annotations behind', async () => {
    const bundle = script(
      'results',
      `const put = (file, text) => appendFileSync(process.env[file], text);
      put('GITHUB_OUTPUT', 'plain=1\\ncomment<<END\\nline 1\\nline=2\\nEND\\n');
      put('GITHUB_STATE', 'job=gen_1\\n');
      put('GITHUB_STEP_SUMMARY', '# Plan\\n');
      console.log('::add-mask::hush');
      console.log('::error file=motion.yml,line=3,title=Budget%3A over::100%25%0Aover');
      process.exitCode = 3;`,
    );
    const run = await runAction({ bundle, workspace });
    expect(run).toMatchObject({
      exitCode: 3,
      signal: null,
      outcome: 'failure',
      outputs: { plain: '1', comment: 'line 1\nline=2' },
      state: { job: 'gen_1' },
      summary: '# Plan\n',
      masks: ['hush'],
    });
    expect(run.annotations).toEqual([
      { level: 'error', file: 'motion.yml', line: 3, title: 'Budget: over', message: '100%\nover' },
    ]);
  });

  test('fails over an output file that the runner cannot read', async () => {
    const bundle = script('broken', "appendFileSync(process.env.GITHUB_OUTPUT, 'nonsense\\n');");
    const run = await runAction({ bundle, workspace });
    expect([run.exitCode, run.outcome]).toEqual([0, 'failure']);
    expect(run.annotations[0]?.message).toContain("Invalid format 'nonsense'");
  });

  test('hands the state of main to post', async () => {
    const bundle = script(
      'post',
      'console.log(process.env.STATE_job, process.env["STATE_two words"]);',
    );
    const state = { job: 'gen_1', 'two words': 'b' };
    expect((await runAction({ bundle, workspace, phase: 'post', state })).stdout).toBe('gen_1 b\n');
    const main = await runAction({ bundle, workspace, phase: 'main', state });
    expect(main.stdout).toBe('undefined undefined\n');
  });

  test('says so when Node cannot be started', async () => {
    const bundle = script('never', '');
    await expect(runAction({ bundle, workspace, node: '/nowhere/node' })).rejects.toThrow('ENOENT');
  });
});

describe('a cancelled action', () => {
  const patient = `setInterval(() => {}, 1000);
    appendFileSync(process.env.GITHUB_OUTPUT, 'started=1\\n');`;
  const started = `console.log('ready');`;

  test('that listens ends at SIGINT, and what it wrote still counts', async () => {
    const bundle = script(
      'listens',
      `${patient} process.on('SIGINT', () => { console.log('flushed'); process.exit(1); }); ${started}`,
    );
    const action = startAction({ bundle, workspace });
    await action.printed('ready');
    expect(await cancelAsRunnerDoes(action.child, { sigintMs: 300_000 })).toBe('SIGINT');
    const run = await action.finished;
    expect(run).toMatchObject({ exitCode: 1, signal: null, outputs: { started: '1' } });
    expect(run.stdout).toContain('flushed');
  });

  test.each([
    // A signal that is obeyed gets all the time a busy machine may need.
    ['SIGINT', 'SIGTERM', 300_000, `process.on('SIGINT', () => {});`],
    [
      'SIGINT and SIGTERM',
      'SIGKILL',
      50,
      `process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});`,
    ],
  ])('that ignores %s ends at %s', async (name, signal, sigtermMs, ignore) => {
    const bundle = script(
      `ignores-${name.replaceAll(' ', '-')}`,
      `${patient} ${ignore} ${started}`,
    );
    const action = startAction({ bundle, workspace });
    await action.printed('ready');
    expect(await cancelAsRunnerDoes(action.child, { sigintMs: 50, sigtermMs })).toBe(signal);
    expect((await action.finished).signal).toBe(signal);
  });

  test('can be killed at any moment, and its output followed', async () => {
    const action = startAction({ bundle: script('killed', `${patient} ${started}`), workspace });
    const pieces: string[] = [];
    action.onOutput((text, stream) => pieces.push(`${stream}: ${text}`));
    await action.printed('ready');
    action.kill('SIGKILL');
    expect(await action.finished).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(pieces.join('')).toBe('stdout: ready\n');
  });

  test('that ends before it printed what was waited for is an error', async () => {
    const action = startAction({ bundle: script('short', started), workspace });
    await expect(action.printed('never')).rejects.toThrow("before it printed 'never'");
  });
});

describe('workflow commands', () => {
  test('are read in groups, and not where they are stopped', () => {
    const commands = parseWorkflowCommands(
      [
        '::group::Plan',
        'inside',
        '::endgroup::',
        '  ::warning::indented',
        'text ::error::not at the start',
        '::stop-commands::token',
        '::error::quoted from elsewhere',
        '::token::',
        '::notice col=2,endColumn=5,line=x::odd',
        '::debug::detail',
      ].join('\n'),
    );
    expect(commands).toEqual({
      annotations: [
        { level: 'warning', message: 'indented' },
        { level: 'notice', message: 'odd', column: 2, endColumn: 5 },
      ],
      groups: [{ title: 'Plan', lines: ['inside'] }],
      masks: [],
      debugMessages: ['detail'],
      unmeant: ['::stop-commands::token'],
    });
  });

  test.each([
    ['an artifact name', 'Uploading artifact: ##[set-output name=x]yes.mp4'],
    ['the old grammar at the start', '##[error]not ours'],
    ['a command that is a file today', '::set-output name=x::y'],
    ['behind a carriage return', 'progress\r::add-path::/tmp'],
  ])('of nobody are told apart: %s', (_title, text) => {
    expect(parseWorkflowCommands(`before\n${text}\nafter`).unmeant).toHaveLength(1);
  });

  test.each(['##[nothing]x', '## [error]x', 'a ::error::b', '# #[error]', '::unheard-of::'])(
    '%j is none',
    (text) => {
      const { unmeant, annotations } = parseWorkflowCommands(text);
      expect({ unmeant, annotations }).toEqual({ unmeant: [], annotations: [] });
    },
  );

  test.each([
    ['a live command', "console.log('name: ##[add-path]/tmp')", 'obeys what was not meant'],
    ['a key', "console.log(Buffer.from(process.env.A_KEY).toString('base64'))", 'gave keys away'],
    ['a part of a key', 'console.log(process.env.A_KEY.slice(0, 12))', 'gave keys away'],
    [
      'a key in a file',
      'appendFileSync(process.env.GITHUB_STEP_SUMMARY, process.env.A_KEY.toUpperCase())',
      'gave keys away',
    ],
  ])('%s in what a run leaves fails the run', async (title, code, message) => {
    const bundle = script(title.replaceAll(' ', '-'), code);
    const environment = { A_KEY: 'canary-0123456789/+' };
    await expect(runAction({ bundle, workspace, environment })).rejects.toThrow(message);
  });
});

describe('file commands', () => {
  test.each([
    ['a=1\n', { values: { a: '1' } }],
    ['a=b=c\n', { values: { a: 'b=c' } }],
    ['a=b<<c\n', { values: { a: 'b<<c' } }],
    ['a<<E\nE\n', { values: { a: '' } }],
    ['a<<E\n\nx\n\nE\n', { values: { a: '\nx\n' } }],
    ['a<<ghadelimiter_1\nx=1\nghadelimiter_1\nb=2\n', { values: { a: 'x=1', b: '2' } }],
    ['a<<E\nnever ended\n', { problem: "Invalid value. Matching delimiter not found 'E'" }],
    ['=1\n', { problem: "Invalid format '=1'" }],
  ])('%j', (text, expected) => {
    expect(parseFileCommands(text)).toEqual(expected);
  });
});
