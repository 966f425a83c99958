import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { OUTSIDE, startBehindProxy } from './network-bench.ts';
import { oneTransfer } from './workbench.ts';

/** `bash scripts/install-test-packages.sh` installs it; without it the emulated proxy of network.test.ts stands alone. */
const isInstalled = (() => {
  try {
    return /^tinyproxy /.test(execFileSync('tinyproxy', ['-v'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();

test.skipIf(!isInstalled)('a run goes through a tinyproxy that wants a password', async () => {
  const { bench, proxy, caFile, variables } = await startBehindProxy({
    config: oneTransfer('prospolabs'),
  });
  const port = await findFreePort();
  const config = join(bench.workspace, '../tinyproxy.conf');
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Timeout 60',
      'MaxClients 100',
      'BasicAuth runner pass-phrase',
      'ConnectPort 443',
      // What stands for the network behind it.
      `Upstream http ${new URL(proxy.origin).host}`,
      '',
    ].join('\n'),
  );
  const child = spawn('tinyproxy', ['-d', '-c', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  await untilListening(child, port);
  const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
  const environment = { ...variables(), NODE_EXTRA_CA_CERTS: caFile };

  const refused = await bench.run(
    { 'github-token': '' },
    { environment: { ...environment, HTTPS_PROXY: `http://127.0.0.1:${port}` } },
  );
  expect(refused.exitCode, refused.stdout).toBe(1);
  expect(refused.stdout).toMatch(/HTTP 40[17]\); put its user and password into HTTPS_PROXY/);
  expect(bench.submits()).toBe(0);
  expect(proxy.connects).toEqual([]);

  const run = await bench.run(
    { 'github-token': token },
    {
      token,
      environment: { ...environment, HTTPS_PROXY: `http://runner:pass-phrase@127.0.0.1:${port}` },
    },
  );
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.outputs['generated-count']).toBe('1');
  expect(new Set(proxy.connects)).toEqual(new Set([`${OUTSIDE}:443`]));
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await expect
    .poll(() => said, { message: `tinyproxy on port ${port}` })
    .toMatch(/Starting main loop|Accepting connections/i);
}
