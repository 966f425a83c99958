import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createCertificate,
  type ForwardProxy,
  type ForwardProxyOptions,
  startForwardProxy,
  startTlsFront,
} from '@motion-transfer/emulator';
import { cleanUpLater } from './clean-up/cleanups.ts';
import { startWorkbench, type Workbench, type WorkbenchOptions } from './workbench.ts';

/** A name that no DNS knows: whoever reaches it has gone through the proxy. */
export const OUTSIDE = 'outside.example.com';
export const INSIDE = 'github.corp.internal';

export interface NetworkBench {
  readonly bench: Workbench;
  readonly proxy: ForwardProxy;
  /** Requests that came out of the proxy. */
  readonly requests: readonly string[];
  /** PEM file with the certificate of both names. */
  readonly caFile: string;
  /** The emulated world by https at one of the names, and the proxy that leads there. */
  variables(host?: string): Record<string, string>;
}

/** A runner that reaches nothing but through a proxy; git and the proxy know no other host. */
export async function startBehindProxy(
  options: WorkbenchOptions & ForwardProxyOptions = {},
): Promise<NetworkBench> {
  const { credentials, ...rest } = options;
  const bench = await startWorkbench(rest);
  const certificate = createCertificate([OUTSIDE, INSIDE]);
  const caFile = join(bench.workspace, '../ca.pem');
  writeFileSync(caFile, certificate.certificate);
  const front = await startTlsFront(bench.emulator.origin, certificate);
  cleanUpLater(() => front.close());
  const known = new Set([`${OUTSIDE}:443`, `${INSIDE}:443`]);
  const proxy = await startForwardProxy(
    (authority) => (known.has(authority) ? { port: front.port } : { status: 502 }),
    credentials === undefined ? {} : { credentials },
  );
  cleanUpLater(() => proxy.close());
  return {
    bench,
    proxy,
    requests: front.requests,
    caFile,
    variables: (host = OUTSIDE) => ({
      ...Object.fromEntries(
        Object.entries(bench.emulator.environment()).map(([name, value]) => [
          name,
          value.replace(bench.emulator.origin, `https://${host}`),
        ]),
      ),
      HTTPS_PROXY: proxy.origin,
      NO_PROXY: '127.0.0.1,localhost',
    }),
  };
}

/** Its own file hosts are not known: the emulator's are taken away. */
export const NO_RAW_HOSTS = {
  MOTION_TRANSFER_RAW_BASE_URL: '',
  MOTION_TRANSFER_MEDIA_BASE_URL: '',
};
