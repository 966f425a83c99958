import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, it as test } from 'vitest';
import { startWorkbench } from './workbench.ts';

/** Serves ranges at once, and the whole file at a byte every half second. */
async function serveDripping(content: Buffer): Promise<string> {
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (range != null) {
      const [first, last] = [Number(range[1]), Number(range[2])];
      const headers = { 'content-range': `bytes ${first}-${last}/${content.length}` };
      response.writeHead(206, headers).end(content.subarray(first, last + 1));
      return;
    }
    response.writeHead(200, { 'content-length': String(content.length) });
    let sent = 0;
    const drip = setInterval(() => {
      response.write(content.subarray(sent, sent + 1));
      sent += 1;
    }, 500);
    response.on('close', () => clearInterval(drip));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/robot.png`;
}

// The whole file would take the better part of an hour: that the plan ends is the verdict.
test('a URL asset that drips is given up by the plan, which says so', async () => {
  const bench = await startWorkbench({ config: null });
  const url = await serveDripping(bench.read('robot.png'));
  bench.write(
    '.github/motion-transfer.yml',
    `version: 1
provider: prospolabs
transfers:
  - { character: "${url}", motion: wave.mp4, output: animations/wave.mp4 }
`,
  );
  bench.commit();
  const run = await bench.run({ command: 'plan' });
  expect(run.stdout).toMatch(
    /127\.0\.0\.1:\d+\/robot\.png comes at less than 10000 bytes a second and is not waited for any longer/,
  );
  expect(bench.submits()).toBe(0);
}, 300_000);
