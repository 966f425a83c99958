import { createHash } from 'node:crypto';
import { startWithoutArtifacts, type Workbench, type WorkbenchOptions } from '../workbench.ts';

export const BUCKET = 'studio-inputs';
export const settings = (more = '') =>
  `staging: { s3: { bucket: ${BUCKET}, region: eu-central-1${more} } }\n`;

/** A private repository, and a bucket that its config names. */
export async function startPrivate(config: string, options: WorkbenchOptions = {}) {
  const bench = await startWithoutArtifacts({ ...options, config, visibility: 'private' });
  const { cloud } = bench.emulator;
  cloud.createBucket(BUCKET);
  const keys = cloud.credentials();
  const run = (environment: Record<string, string> = keys, inputs = {}) =>
    bench.run(inputs, { environment: { ...cloud.addresses(), ...environment } });
  return { bench, cloud, keys, run, keysIn: () => [...cloud.objects(BUCKET).keys()].sort() };
}

export function sent(bench: Workbench, method: string) {
  return bench.emulator.requests.filter(
    (request) => request.mount === 's3' && request.method === method,
  );
}

export function keptKeys(bench: Workbench, prefix = 'motion-transfer/'): string[] {
  return [
    ['robot.png', 'png'],
    ['wave.mp4', 'mp4'],
  ]
    .map(([name = '', extension]) => {
      const hash = createHash('sha256').update(bench.read(name)).digest('hex');
      return `${prefix}${hash}.${extension}`;
    })
    .sort();
}

export const HOURS_MS = 3_600_000;
