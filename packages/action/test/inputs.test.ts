import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { valid } from './one-transfer-inputs.ts';
import {
  BOTH_PROVIDERS,
  filesBelow,
  oneTransfer,
  startWithoutArtifacts,
  startWorkbench,
} from './workbench.ts';

describe.concurrent('inputs', () => {
  test('alone make one transfer', async () => {
    const bench = await startWithoutArtifacts({ config: null });
    const run = await bench.run({
      ...valid,
      tier: 'pro',
      orientation: 'video',
      'keep-original-sound': 'false',
      prompt: 'hello',
    });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(bench.emulator.bill[0]).toMatchObject({ tier: 'pro', microUsd: 400_000 });
    const body = bench.emulator.requests.find((request) =>
      request.path.endsWith('/generate'),
    )?.body;
    expect(body).toMatchObject({
      quality: 'pro',
      character_orientation: 'video',
      keep_original_sound: false,
      prompt: 'hello',
    });
  });

  test('of the step itself are all validated too', async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run({
      command: 'buy',
      concurrency: '0',
      'timeout-minutes': 'soon',
      'artifact-name': 'a/b',
    });
    const text = run.annotations.map((annotation) => annotation.message).join('\n');
    for (const name of ['command', 'concurrency', 'timeout-minutes', 'artifact-name'])
      expect(text).toContain(`input ${name}`);
  });

  test('lower a limit of the config, but never raise it', async () => {
    const bench = await startWithoutArtifacts({
      config: `budget: { per-run: 0.50 }\n${BOTH_PROVIDERS}`,
    });
    const raised = await bench.run({ 'max-cost': '100' });
    expect(raised.stdout).toContain('Budget exceeded:');
    expect(bench.submits()).toBe(0);
  });

  test('with on-exceed: partial buy in order what fits, then fail', async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run({ 'max-cost': '0.50', 'on-exceed': 'partial' });
    expect(run.exitCode).toBe(1);
    expect(run.outputs['generated-count']).toBe('1');
    expect(bench.emulator.bill.map((entry) => entry.provider)).toEqual(['prospolabs']);
    expect(run.stdout).toContain('Budget exceeded:');
  });

  test('buy nothing when there is a per-transfer limit below a single price', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const run = await bench.run({ 'max-cost-per-transfer': '0.303999' });
    expect(run.stdout).toMatch(
      /Budget exceeded: animations\/wave may cost \$0\.304, more than per-transfer \$0\.303999/,
    );
    expect(bench.submits()).toBe(0);
    expect((await bench.run({ 'max-cost-per-transfer': '0.304' })).exitCode).toBe(0);
  });

  test('apply $10.00 per run when nobody wrote a limit, and say so', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.summary).toContain('$10.00');
    expect(plan.summary).toContain('the default: no per-run limit is written');
  });

  test('without a key fail before anything is bought, naming the variable', async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run({}, { environment: { EMPIRIOLABS_API_KEY: '' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('EMPIRIOLABS_API_KEY is not set, so nothing was bought');
    expect(bench.submits()).toBe(0);
  });

  test('plan without any key, as for a fork', async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run(
      { command: '' },
      {
        environment: { EMPIRIOLABS_API_KEY: '', PROSPOLABS_API_KEY: '', ACTIONS_RUNTIME_TOKEN: '' },
        event: {
          name: 'pull_request',
          payload: { pull_request: { head: { repo: { full_name: 'fork/animations' } } } },
        },
      },
    );
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs['estimated-cost']).toBe('0.864');
  });

  test("do not make run spend on pull_request_target with a fork's head", async () => {
    const bench = await startWithoutArtifacts();
    const run = await bench.run(
      {},
      {
        event: {
          name: 'pull_request_target',
          payload: { pull_request: { head: { repo: { full_name: 'fork/animations' } } } },
        },
      },
    );
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('assets', () => {
  test('of a private repository are not planned for purchase, and the message names what to configure', async () => {
    const bench = await startWithoutArtifacts({
      visibility: 'private',
      config: oneTransfer('prospolabs'),
    });
    const run = await bench.run({ command: 'plan' });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('this repository is private');
    expect(run.stdout).toContain('give https URLs');
  });

  test('that are not committed as they are here are not planned for purchase', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.write('robot.png', bench.read('girl.png'));
    const run = await bench.run();
    expect(run.stdout).toContain('robot.png is not committed');
    expect(bench.submits()).toBe(0);
  });

  test('below the top of the repository are read from where they are', async () => {
    const bench = await startWithoutArtifacts({ config: null });
    bench.write('pictures/hero.png', bench.read('robot.png'));
    bench.write('pictures/wave.mp4', bench.read('wave.mp4'));
    bench.commit();
    const inputs = { ...valid, character: 'hero.png' };
    const run = await bench.run(inputs, { workspace: `${bench.workspace}/pictures` });
    expect(run.exitCode, run.stdout).toBe(0);
    const body = bench.emulator.requests.find((request) =>
      request.path.endsWith('/generate'),
    )?.body;
    expect(JSON.stringify(body)).toContain('/pictures/hero.png');
  });

  test('given as URLs pass through, and are held for the longest clip that may be served there', async () => {
    const bench = await startWithoutArtifacts({ visibility: 'private', config: null });
    const sha = bench.git('rev-parse', 'HEAD').trim();
    bench.emulator.serveRepository('cdn/files', bench.workspace);
    const url = (path: string, ref = 'main') =>
      `${bench.emulator.origin}/raw/cdn/files/${ref}/${path}`;
    const given = { ...valid, character: url('robot.png'), motion: url('wave.mp4') };
    // A clip of 4 s, whose owner may serve one of 10 s to the provider.
    const limited = await bench.run({ ...given, 'max-cost': '0.60' });
    expect(limited.exitCode).toBe(1);
    expect(limited.stdout).toContain('may cost $0.76, more than');
    expect(limited.stdout).toContain('for a lower hold put the clip into the repository');
    expect(bench.submits()).toBe(0);
    const pinned = { ...given, motion: url('wave.mp4', sha), command: 'plan' };
    expect((await bench.run(pinned)).outputs['estimated-cost']).toBe('0.304');
    const run = await bench.run(given);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ 'estimated-cost': '0.76', 'held-cost': '0.00' });
    expect(bench.emulator.requests.some((request) => request.headers.range != null)).toBe(true);
    const signed = (path: string) => `${url(path)}?X-Amz-Signature=0123456789abcdef`;
    const again = await bench.run({
      ...valid,
      character: signed('robot.png'),
      motion: signed('wave.mp4'),
    });
    expect(again.outputs['reused-count']).toBe('1');
    const bought = await bench.run({
      ...valid,
      character: signed('girl.png'),
      motion: signed('wave.mp4'),
    });
    expect(bought.exitCode, bought.stdout).toBe(0);
    const kept = [
      ...filesBelow(bought.outputs['output-directory'] ?? ''),
      bought.outputs.plan ?? '',
    ];
    for (const file of kept)
      expect(readFileSync(file, 'latin1').includes('X-Amz-Signature'), file).toBe(false);
    expect(bought.stdout + bought.summary).not.toContain('X-Amz-Signature');
  });

  test('that are LFS pointers instead of content say lfs: true', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.write(
      'wave.mp4',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 151756\n`,
    );
    bench.commit();
    const run = await bench.run();
    expect(run.stdout).toContain('lfs: true');
    expect(bench.submits()).toBe(0);
  });

  test('whose length is a matter of dispute are not priced and not bought', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    const clip = bench.read('wave.mp4');
    const mvhd = clip.indexOf('mvhd');
    clip.writeUInt32BE(clip.readUInt32BE(mvhd + 20) * 7, mvhd + 20);
    bench.write('wave.mp4', clip);
    bench.commit();
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('does not agree with itself about its length');
    expect(bench.submits()).toBe(0);
  });

  test('are only sent as they were planned: another file behind the URL stops the purchase', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('prospolabs') });
    bench.emulator.inject({ at: 'input', kind: 'not-a-video', times: Infinity });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('an output', () => {
  test.each([
    ['inside plan.json', 'plan.json/wave.mp4', 'must not be inside plan.json'],
    ['inside results.json', 'results.json/wave.mp4', 'must not be inside results.json'],
    ['below a file', 'robot.png/wave.mp4', 'robot.png is a file'],
  ])('%s is refused before anything is bought', async (_title, output, words) => {
    const config = oneTransfer('prospolabs').replace('animations/wave.mp4', output);
    const bench = await startWithoutArtifacts({ config });
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(words);
    expect(bench.submits()).toBe(0);
  });
});

describe.concurrent('secrets', () => {
  test('never appear in the log, the summary, the outputs or any file that is kept', async () => {
    const bench = await startWorkbench();
    bench.emulator.inject({
      at: 'submit',
      provider: 'prospolabs',
      kind: 'error',
      status: 401,
      body: { code: 'x', message: 'bad key prsp-emulated-key' },
    });
    const run = await bench.run();
    const keys = ['prsp-emulated-key', 'sk-empiriolabs-emulated-key'];
    const forms = keys.flatMap((key) => [
      key,
      Buffer.from(key).toString('base64').replace(/=+$/, ''),
      Buffer.from(key).toString('hex'),
      encodeURIComponent(`Bearer ${key}`),
    ]);
    const log = run.stdout
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::'))
      .join('\n');
    expect(run.masks).toEqual(expect.arrayContaining(keys));
    expect(log).toContain('bad key ***');
    for (const form of forms) expect(log).not.toContain(form);
    const kept = [
      ...filesBelow(bench.workspace).filter((file) => !file.includes('/.git/objects/')),
      ...filesBelow(run.outputs['output-directory'] ?? ''),
    ];
    for (const file of kept) {
      const content = readFileSync(file).toString('latin1');
      for (const form of forms) expect(content.includes(form), file).toBe(false);
    }
  });

  test('go to the provider they belong to and to nobody else', async () => {
    const bench = await startWorkbench();
    await bench.run();
    for (const request of bench.emulator.requests) {
      const sent = `${request.headers.authorization ?? ''}`;
      expect(sent.includes('prsp-'), request.path).toBe(request.mount === 'prospolabs');
      expect(sent.includes('sk-empiriolabs'), request.path).toBe(request.mount === 'empiriolabs');
    }
  });
});
