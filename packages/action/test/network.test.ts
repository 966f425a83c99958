import { describe, expect, test } from 'vitest';
import { INSIDE, NO_RAW_HOSTS, OUTSIDE, startBehindProxy } from './network-bench.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

const URL_CHARACTER = (repository: string, commit: string) =>
  `https://${OUTSIDE}/raw/${repository}/${commit}/robot.png`;

describe.concurrent('a runner behind a proxy', () => {
  test('reaches providers, GitHub, its git, artifacts, inputs and outputs through it', async () => {
    const { bench, proxy, requests, caFile, variables } = await startBehindProxy({
      config: null,
      credentials: 'runner:pass phrase',
    });
    const commit = bench.git('rev-parse', 'HEAD').trim();
    bench.write(
      '.github/motion-transfer.yml',
      `version: 1
provider: prospolabs
transfers:
  - character: ${URL_CHARACTER('octo/animations', commit)}
    motion: wave.mp4
    output: animations/wave.mp4
    prompt: a robot waves
`,
    );
    bench.commit();
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    const run = await bench.run(
      { 'github-token': token },
      {
        token,
        environment: {
          ...variables(),
          HTTPS_PROXY: proxy.origin.replace('//', '//runner:pass%20phrase@'),
          NODE_EXTRA_CA_CERTS: caFile,
        },
      },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
    expect(new Set(proxy.connects)).toEqual(new Set([`${OUTSIDE}:443`]));
    const paths = requests.map((request) => request.split(' ')[2]?.split('/')[1]);
    expect(new Set(paths)).toEqual(
      new Set(['api', 'blob', 'files', 'git', 'prospolabs', 'raw', 'twirp']),
    );
    // The provider fetches its inputs by itself.
    const direct = bench.emulator.requests.length - requests.length;
    expect(
      bench.emulator.requests.filter(({ mount }) => mount === 'raw').length,
    ).toBeGreaterThanOrEqual(direct);
    expect(bench.emulator.searchTraffic(['runner:pass phrase'])).toEqual([]);
    const shown = run.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(shown.join('\n')).not.toMatch(/pass(%20| )phrase|cnVubmVyOnBhc3MgcGhyYXNl/);
  });

  test('is told which variable to set where a certificate is not trusted', async () => {
    const { bench, variables } = await startBehindProxy({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'github-token': '' }, { environment: variables() });
    expect(run.exitCode, run.stdout).toBe(1);
    expect(bench.submits()).toBe(0);
    const { message } = bench.results(run).results[0] ?? {};
    expect(message).toContain(OUTSIDE);
    expect(message).toMatch(
      /DEPTH_ZERO_SELF_SIGNED_CERT.*set NODE_EXTRA_CA_CERTS in the env of the job/,
    );
  });

  test('is refused one that cannot be used before anything starts, without its password', async () => {
    const { bench, requests, caFile, variables } = await startBehindProxy({
      config: oneTransfer('prospolabs'),
    });
    const token = bench.emulator.github.createToken({ contents: 'write' });
    const environment = {
      ...variables(),
      NODE_EXTRA_CA_CERTS: caFile,
      HTTPS_PROXY: 'http://bob:super/secret99@127.0.0.1:9',
    };
    for (const command of ['plan', 'run']) {
      const run = await bench.run({ 'github-token': token, command }, { token, environment });
      expect(run.exitCode, run.stdout).toBe(1);
      expect(run.annotations.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^HTTPS_PROXY is not a proxy that can be used: write http:/),
      ]);
      const shown = run.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
      expect(`${shown.join('\n')}${run.summary}`).not.toMatch(/bob|secret99|could not be read/);
      expect(run.stdout).toContain('::add-mask::bob:super\n');
      expect(run.stdout).toContain('::add-mask::secret99\n');
    }
    expect(requests).toEqual([]);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('on GitHub Enterprise Server', () => {
  test('a plan blocks what no provider can read, and names the ways out', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const environment = { GITHUB_SERVER_URL: 'https://github.example.com', ...NO_RAW_HOSTS };
    const plan = await bench.run({ command: 'plan' }, { environment });
    expect(plan.stdout).toMatch(
      /no provider can read robot\.png and wave\.mp4 from github\.example\.com.*name a bucket .*https URLs .*takes local files itself/,
    );
    expect(plan.outputs['blocked-count']).toBe('1');
    expect(plan.stdout).not.toContain('githubusercontent.com');
    expect(plan.outputs['comment-body']).toContain(
      'https://github.example.com/octo/animations/actions/runs/',
    );
    expect(bench.emulator.requests.filter(({ mount }) => mount === 'raw')).toEqual([]);
  });

  test('a run uploads to the provider, keeps its ledger there and links to it', async () => {
    const { bench, proxy, caFile, variables } = await startBehindProxy({
      config: oneTransfer('replicate'),
    });
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    const environment = {
      ...variables(INSIDE),
      REPLICATE_BASE_URL: variables().REPLICATE_BASE_URL ?? '',
      GITHUB_SERVER_URL: `https://${INSIDE}`,
      NODE_EXTRA_CA_CERTS: caFile,
      ...NO_RAW_HOSTS,
    };
    const run = await bench.run({ 'github-token': token }, { token, environment });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
    expect(Object.keys(bench.ledger())).not.toEqual([]);
    expect(new Set(proxy.connects)).toEqual(new Set([`${INSIDE}:443`, `${OUTSIDE}:443`]));
    expect(bench.emulator.artifacts).toEqual([]);
    const said = run.annotations.map(({ message }) => message).join('\n');
    expect(said).toContain(
      `${INSIDE} is a GitHub Enterprise Server, where this action can upload no artifact`,
    );
    expect(run.stdout.indexOf('can upload no artifact')).toBeLessThan(
      run.stdout.indexOf('::group::'),
    );
    expect(`${run.summary}${run.stdout}`).not.toMatch(
      /https:\/\/github\.com\/octo|githubusercontent/,
    );
  });
});

describe.concurrent('one hiccup of the host of committed files', () => {
  test('keeps nothing from being bought', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'input', kind: 'error', status: 503, times: 1 });
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['generated-count']).toBe('1');
    expect(bench.emulator.firedFaults).toHaveLength(1);
  });
});
