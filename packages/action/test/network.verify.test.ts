import { describe, expect, test } from 'vitest';
import { INSIDE, NO_RAW_HOSTS, startBehindProxy } from './network-bench.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe('a runner behind a proxy', () => {
  test('is told so of git too, before anything is bought', async () => {
    const { bench, variables } = await startBehindProxy({ config: oneTransfer('prospolabs') });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const { MOTION_TRANSFER_GIT_BASE_URL = '', HTTPS_PROXY = '' } = variables();
    const run = await bench.run(
      { 'github-token': token },
      { token, environment: { MOTION_TRANSFER_GIT_BASE_URL, HTTPS_PROXY } },
    );
    expect(run.exitCode, run.stdout).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(run.stdout).toMatch(/cannot be read: .*certificate.*set NODE_EXTRA_CA_CERTS/);
  });

  test('trusts the certificates of the system where Node is told to', async () => {
    const { bench, caFile, variables } = await startBehindProxy({
      config: oneTransfer('prospolabs'),
    });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const environment = { ...variables(), NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: caFile };
    const run = await bench.run({ 'github-token': token }, { token, environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
  });

  test.each([
    ['an untrusted certificate', undefined, /set NODE_EXTRA_CA_CERTS in the env of the job/],
    ['a refused tunnel', 'runner:pass phrase', /put its user and password into HTTPS_PROXY/],
  ])('is not sent to permissions by %s', async (_name, credentials, words) => {
    const { bench, variables } = await startBehindProxy({
      config: oneTransfer('prospolabs'),
      ...(credentials === undefined ? {} : { credentials }),
    });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const run = await bench.run({ 'github-token': token }, { token, environment: variables() });
    expect(run.exitCode, run.stdout).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(run.stdout).toMatch(words);
    expect(run.stdout).toMatch(/run again once the runner reaches GitHub/);
    expect(run.stdout).not.toMatch(/fetch-depth|permissions/);
  });

  test('is told what a proxy wants that refuses it', async () => {
    const { bench, variables } = await startBehindProxy({
      config: oneTransfer('prospolabs'),
      credentials: 'runner:pass phrase',
    });
    const run = await bench.run({ 'github-token': '' }, { environment: variables() });
    expect(run.exitCode, run.stdout).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(bench.results(run).results[0]?.message).toMatch(
      /HTTP 407\); put its user and password into HTTPS_PROXY/,
    );
  });
});

test('a schedule that GitHub does not answer for is not sent to permissions', async () => {
  const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
  const token = bench.emulator.github.createToken({ contents: 'write' });
  bench.emulator.inject({ at: 'rest-repository', kind: 'error', status: 500, times: 100 });
  const schedule = {
    event: { name: 'schedule', payload: { schedule: '0 5 * * 1' } },
    withoutRepositoryData: true,
  };
  const run = await bench.run({ 'github-token': token, command: 'run' }, { ...schedule, token });
  expect(run.exitCode, run.stdout).toBe(1);
  expect(bench.submits()).toBe(0);
  expect(run.stdout).toMatch(/GitHub answered 500.*; run again later/);
  expect(run.stdout).not.toMatch(/fetch-depth|permissions/);
});

describe('on GitHub Enterprise Server', () => {
  test('a plan with staging: github blocks too', async () => {
    const bench = await startWithoutArtifacts({
      config: `staging: github\n${oneTransfer('prospolabs')}`,
    });
    const environment = { GITHUB_SERVER_URL: 'https://github.example.com', ...NO_RAW_HOSTS };
    const plan = await bench.run({ command: 'plan' }, { environment });
    expect(plan.stdout).toMatch(/no provider can read .* from github\.example\.com/);
    expect(plan.outputs['blocked-count']).toBe('1');
  });

  test('a link that everybody can open is made for nothing there, however public it is called', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    const environment = { GITHUB_SERVER_URL: 'https://github.example.com', ...NO_RAW_HOSTS };
    const plan = await bench.run({ command: 'plan' }, { environment });
    expect(plan.stdout).toMatch(
      /behind a link .* this repository \(github\.example\.com\) may be private/,
    );
    expect(plan.outputs['blocked-count']).toBe('1');
  });
});

describe('one hiccup of the host of committed files', () => {
  test.each([
    ['HTTP 429 with retry-after', { kind: 'rate-limited', retryAfter: '1' }],
    ['a reset', { kind: 'reset-before' }],
  ] as const)('keeps nothing from being bought: %s', async (_name, fault) => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'input', times: 1, ...fault });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
    expect(bench.emulator.firedFaults).toHaveLength(1);
  });
});

describe.concurrent('a runner behind a proxy', () => {
  test('asks it for no private name that the config gives', async () => {
    const { bench, proxy, caFile, variables } = await startBehindProxy({
      config: oneTransfer('prospolabs').replace('robot.png', `https://${INSIDE}/robot.png`),
    });
    const environment = { ...variables(), NODE_EXTRA_CA_CERTS: caFile };
    const run = await bench.run({ 'github-token': '' }, { environment });
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.stdout).toContain(`${INSIDE} is a name of a private network`);
    expect(proxy.connects).toEqual([]);
  });
});

describe.concurrent('one hiccup of the host of committed files', () => {
  test('that does not end is told as what it is', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'input', kind: 'error', status: 503, times: 20 });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(1);
    expect(bench.submits()).toBe(0);
    expect(bench.results(run).results[0]?.message).toMatch(
      /answers HTTP 503, .*; its host has trouble of its own; run again later; nothing was bought/,
    );
  });
});
