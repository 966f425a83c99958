import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { judgeAnswer, judgeQuestion } from '../src/github/contract/judge.ts';
import { createRepository, girl, type Repository } from './assets.ts';
import { startWorkbench, type Workbench } from './workbench.ts';

const NAME = 'octo/animations';
let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'config.yml': Buffer.from('version: 1\n'), 'girl.png': girl });
});
afterAll(() => repository.remove());

async function start() {
  const bench = await startWorkbench(repository);
  onTestFinished(() => expect(bench.emulator.violations).toEqual([]));
  const { github } = bench.emulator;
  github.openPullRequest(NAME, { number: 7, headSha: 'a'.repeat(40), baseSha: repository.sha });
  const token = github.createToken({ 'pull-requests': 'write', contents: 'read' });
  return { bench, github, token };
}

async function rest(
  bench: Workbench,
  path: string,
  options: { method?: string; token?: string; body?: unknown; accept?: string } = {},
) {
  const response = await fetch(`${bench.emulator.environment().GITHUB_API_URL}${path}`, {
    redirect: 'manual',
    method: options.method ?? 'GET',
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...(options.accept === undefined ? {} : { accept: options.accept }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

const COMMENTS = `/repos/${NAME}/issues/7/comments`;

describe('the emulated REST API', () => {
  test('adds statuses to a commit, newest first, and has no call that changes one', async () => {
    const { bench, github, token: reader } = await start();
    const sha = 'a'.repeat(40);
    const add = (token: string, body: object) =>
      rest(bench, `/repos/${NAME}/statuses/${sha}`, { method: 'POST', token, body });
    expect((await add(reader, { state: 'success' })).status).toBe(403);
    const token = github.createToken({ statuses: 'write' });
    for (const description of ['one', 'two'])
      expect((await add(token, { state: 'success', context: 'c', description })).status).toBe(201);
    expect((await add(token, { state: 'fine' })).status).toBe(422);
    expect((await add(token, { state: 'success', description: 'x'.repeat(141) })).status).toBe(422);
    const list = await rest(bench, `/repos/${NAME}/commits/${sha}/statuses`, { token });
    expect(JSON.parse(list.text)).toMatchObject([
      { description: 'two', context: 'c', creator: { login: 'github-actions[bot]' } },
      { description: 'one' },
    ]);
    for (const method of ['PATCH', 'DELETE'])
      expect((await rest(bench, `/repos/${NAME}/statuses/${sha}`, { method, token })).status).toBe(
        404,
      );
  });

  test('creates, lists in pages, and edits comments', async () => {
    const { bench, github, token } = await start();
    for (let index = 0; index < 120; index += 1) github.addComment(NAME, 7, 'visitor', `${index}`);
    const created = await rest(bench, COMMENTS, { method: 'POST', token, body: { body: 'plan' } });
    expect(created.status).toBe(201);
    const { id, user } = JSON.parse(created.text);
    expect(user).toEqual({ login: 'github-actions[bot]', id: 41_898_282, type: 'Bot' });

    const first = await rest(bench, `${COMMENTS}?per_page=100`, { token });
    expect(JSON.parse(first.text)).toHaveLength(100);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const { pathname, search } = new URL(next);
    const second = await rest(bench, `${pathname.replace(/^\/api/, '')}${search}`, { token });
    expect(JSON.parse(second.text)).toHaveLength(21);
    expect(second.headers.get('link')).not.toContain('rel="next"');

    const edit = `/repos/${NAME}/issues/comments/${id}`;
    expect(
      (await rest(bench, edit, { method: 'PATCH', token, body: { body: 'new' } })).status,
    ).toBe(200);
    expect(github.pullRequest(NAME, 7)?.comments.at(-1)?.body).toBe('new');
  });

  test('tells who may not write, who is unknown, and what is too long', async () => {
    const { bench, github, token } = await start();
    const readOnly = github.createToken({ 'pull-requests': 'read' });
    const post = (options: object) =>
      rest(bench, COMMENTS, { method: 'POST', body: { body: 'x' }, ...options });
    expect(await post({ token: readOnly })).toMatchObject({
      status: 403,
      text: expect.stringContaining('Resource not accessible by integration'),
    });
    expect((await post({})).status).toBe(401);
    expect((await post({ token: 'ghs_stranger' })).status).toBe(401);
    const long = await post({ token, body: { body: 'x'.repeat(65_537) } });
    expect(long).toMatchObject({ status: 422, text: expect.stringContaining('body is too long') });
    expect((await rest(bench, `/repos/${NAME}/issues/8/comments`, { token })).status).toBe(404);
  });

  test('keeps a private repository from strangers', async () => {
    const { bench, token } = await start();
    bench.emulator.serveRepository(NAME, repository.directory, 'private');
    expect((await rest(bench, COMMENTS)).status).toBe(404);
    expect((await rest(bench, COMMENTS, { token })).status).toBe(200);
    const none = bench.emulator.github.createToken({});
    expect((await rest(bench, COMMENTS, { token: none })).status).toBe(403);
  });

  test('gives files of a commit raw and as JSON, and 404 for others', async () => {
    const { bench, token } = await start();
    const file = `/repos/${NAME}/contents/config.yml?ref=${repository.sha}`;
    const raw = await rest(bench, file, { token, accept: 'application/vnd.github.raw+json' });
    expect(raw.text).toBe('version: 1\n');
    const { encoding, content } = JSON.parse((await rest(bench, file, { token })).text);
    expect([encoding, Buffer.from(content, 'base64').toString()]).toEqual([
      'base64',
      'version: 1\n',
    ]);
    expect(
      (await rest(bench, `/repos/${NAME}/contents/no?ref=${repository.sha}`, { token })).status,
    ).toBe(404);
    const unknown = await rest(bench, `/repos/${NAME}/contents/config.yml?ref=nowhere`, { token });
    expect(unknown).toMatchObject({
      status: 404,
      text: expect.stringContaining('No commit found'),
    });
  });

  test('remembers who labelled, and what role each has', async () => {
    const { bench, github, token } = await start();
    github.setRole(NAME, 'keeper', 'maintain');
    github.label(NAME, 7, 'approved', 'keeper');
    const events = JSON.parse(
      (await rest(bench, `/repos/${NAME}/issues/7/events`, { token })).text,
    );
    expect(events).toMatchObject([
      { event: 'labeled', actor: { login: 'keeper' }, label: { name: 'approved' } },
    ]);
    const roleOf = async (login: string) =>
      rest(bench, `/repos/${NAME}/collaborators/${login}/permission`, { token });
    expect(JSON.parse((await roleOf('keeper')).text)).toMatchObject({
      permission: 'write',
      role_name: 'maintain',
    });
    expect((await roleOf('nobody-at-all')).status).toBe(404);
  });

  test('knows run attempts, and says when the rate limit is used up', async () => {
    const { bench, github, token } = await start();
    github.setAttempt(NAME, 42, 2, { status: 'completed', conclusion: 'failure' });
    const at = (attempt: number) =>
      rest(bench, `/repos/${NAME}/actions/runs/42/attempts/${attempt}`, { token });
    expect(JSON.parse((await at(2)).text)).toMatchObject({ run_attempt: 2, status: 'completed' });
    expect((await at(3)).status).toBe(404);
    github.limitRate(1);
    expect((await at(2)).status).toBe(200);
    const exhausted = await at(2);
    expect(exhausted.status).toBe(403);
    expect(exhausted.headers.get('x-ratelimit-remaining')).toBe('0');
  });

  test('fails on demand', async () => {
    const { bench, token } = await start();
    bench.emulator.inject({ at: 'rest-comments', kind: 'error', status: 502 });
    expect((await rest(bench, COMMENTS, { token })).status).toBe(502);
    expect((await rest(bench, COMMENTS, { token })).status).toBe(200);
  });

  test('tells a token whose it is', async () => {
    const { bench, token } = await start();
    const body = { query: '{ viewer { login } }' };
    const answer = await rest(bench, '/graphql', { method: 'POST', token, body });
    expect(JSON.parse(answer.text)).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
  });
});

describe("GitHub's own description of its REST API", () => {
  const path = `/repos/${NAME}/statuses/${'a'.repeat(40)}`;
  const question = { method: 'POST', path, query: [], body: { state: 'success', context: 'plan' } };

  test('accepts what it knows', () => {
    expect(judgeQuestion(question)).toEqual([]);
    expect(judgeAnswer('POST', path, 201, { state: 'success', creator: null })).toEqual([]);
  });

  test.each([
    [
      'a member that is missing',
      { ...question, body: { context: 'plan' } },
      "must have required property 'state'",
    ],
    [
      'a word that does not exist',
      { ...question, body: { state: 'fine' } },
      'must be equal to one of',
    ],
    ['another type', { ...question, body: { state: 'error', description: {} } }, 'must be string'],
    [
      'a parameter that does not exist',
      { ...question, query: [['page_size', '1']] as const },
      'page_size is unknown',
    ],
    ['a call that does not exist', { ...question, path: `/repos/${NAME}/status` }, 'no operation'],
  ])('refuses %s in a question', (_what, asked, problem) => {
    expect(judgeQuestion(asked).join()).toContain(problem);
  });

  test.each([
    ['a member that is made up', { satus: 'success' }, 'unevaluated'],
    ['another type', { id: 'one' }, 'must be integer'],
    ['a made-up member deep inside', { creator: { login: 'octocat', nick: 'o' } }, 'unevaluated'],
  ])('refuses %s in an answer', (_what, body, problem) => {
    expect(judgeAnswer('POST', path, 201, body).join()).toContain(problem);
  });
});
