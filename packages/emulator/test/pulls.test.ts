import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createRepository, type Repository } from './assets.ts';
import { startWorkbench } from './workbench.ts';

const NAME = 'octo/animations';
const PULLS = `/repos/${NAME}/pulls`;
let repository: Repository;
beforeAll(() => {
  repository = createRepository({ 'config.yml': Buffer.from('version: 1\n') });
});
afterAll(() => repository.remove());

const git = (...args: string[]) =>
  execFileSync('git', ['-C', repository.directory, ...args], { encoding: 'utf8' }).trim();

function commitOn(branch: string, message: string): string {
  const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  const parent = git('rev-parse', `refs/heads/${branch}`);
  const args = ['commit-tree', `${parent}^{tree}`, '-p', parent, '-m', message];
  const made = git(...author, ...args);
  git('update-ref', `refs/heads/${branch}`, made);
  return made;
}

async function start() {
  const { emulator } = await startWorkbench(repository);
  onTestFinished(() => expect(emulator.violations).toEqual([]));
  const token = emulator.github.createToken({ 'pull-requests': 'write', contents: 'write' });
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${emulator.environment().GITHUB_API_URL}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };
  const base = git('symbolic-ref', '--short', 'HEAD');
  return { emulator, ask, base };
}

describe('pull requests of a workflow', () => {
  test('are opened once for a branch, listed by it, follow it and are changed', async () => {
    const { ask, base } = await start();
    git('branch', 'outputs');
    const first = commitOn('outputs', 'one');
    const wanted = { title: 'Outputs', body: 'one', head: 'outputs', base };
    const created = await ask('POST', PULLS, wanted);
    expect(created).toMatchObject({
      status: 201,
      json: { number: 1, html_url: `https://github.com/${NAME}/pull/1`, head: { sha: first } },
    });
    const again = await ask('POST', PULLS, wanted);
    expect(again.status).toBe(422);
    expect(again.json.errors[0].message).toContain('already exists for octo:outputs');
    const second = commitOn('outputs', 'two');
    expect((await ask('PATCH', `${PULLS}/1`, { body: 'two' })).status).toBe(200);
    const listed = await ask('GET', `${PULLS}?state=all&head=octo%3Aoutputs`);
    expect(listed.json).toMatchObject([{ state: 'open', body: 'two', head: { sha: second } }]);
    expect((await ask('GET', `${PULLS}?state=closed`)).json).toEqual([]);
    expect((await ask('GET', `${PULLS}?head=octo%3Aothers`)).json).toEqual([]);
    git('branch', '-D', 'outputs');
  });

  test('are refused for a branch that is not there, one without commits, and where a setting forbids them', async () => {
    const { emulator, ask, base } = await start();
    git('branch', 'same');
    const body = { title: 'Outputs', body: '', base };
    expect((await ask('POST', PULLS, { ...body, head: 'nowhere' })).status).toBe(422);
    expect((await ask('POST', PULLS, { ...body, head: 'same' })).status).toBe(422);
    emulator.github.allowPullRequestsByActions(false);
    const refused = await ask('POST', PULLS, { ...body, head: 'same' });
    expect(refused).toMatchObject({
      status: 403,
      json: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
    });
  });
});
