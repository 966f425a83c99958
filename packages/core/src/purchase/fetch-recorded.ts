import { sha256OfFile } from '../media/hash.ts';
import { resolveInside } from '../media/paths.ts';
import { messageOf, StoppedError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Purchase } from '../model/purchase.ts';
import type { RunContext } from './context.ts';
import { downloadVideo, readGone } from './download.ts';
import { moveInto } from './output-file.ts';
import type { PaidJob } from './paid-job.ts';
import { waitForJob } from './wait.ts';

/** A finished job is reported by the first answers; one that is not is no longer kept. */
const MAX_ASKING_MS = 60_000;

/**
 * Fetches what another run bought and delivered: from that run's artifact, else once more from the
 * provider as long as that keeps it. Only the very bytes on record count. Returns why it cannot be had,
 * or `null` when they are at `path`.
 */
export async function fetchRecorded(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
  path: string,
): Promise<string | null> {
  const problems: string[] = [];
  for (const fetchFrom of [fetchFromArtifact, fetchFromProvider]) {
    const problem = await fetchFrom(context, paid, purchase, path).catch((error: unknown) => {
      if (error instanceof StoppedError) throw error;
      return messageOf(error);
    });
    if (problem == null) return null;
    problems.push(problem);
  }
  const date = new Date(purchase.atMs).toISOString().slice(0, 10);
  const price =
    purchase.charge?.microUsd == null ? '' : ` (${formatUsd(purchase.charge.microUsd)})`;
  return `paid on ${date}${price}, but the video cannot be had any more: ${problems.join('; ')}. Restore ${purchase.output} from git or from that run's artifact, or raise take to buy it again`;
}

async function fetchFromArtifact(
  { ports, stateDirectory, stop }: RunContext,
  _paid: PaidJob,
  { archive, download, fingerprint }: Purchase,
  path: string,
): Promise<string | null> {
  if (archive == null) return 'no artifact holds it';
  if (ports.github == null) return 'its artifact needs a github-token with actions: read';
  const directory = `${stateDirectory}/artifacts/${fingerprint.slice(0, 16)}`;
  await ports.files.removeDirectory(directory);
  await ports.files.makeDirectory(directory);
  try {
    const outcome = await ports.github.fetchArtifact(
      { id: archive.artifactId, runId: archive.runId },
      directory,
      stop.requested,
    );
    if (outcome === 'gone')
      return `artifact ${archive.artifactName} of run ${archive.runId} expired`;
    const found = await resolveInside(ports, directory, archive.path);
    if ((await sha256OfFile(ports.files, found)) !== download?.sha256) {
      return `artifact ${archive.artifactName} of run ${archive.runId} does not hold the bytes on record`;
    }
    await moveInto({ ports }, found, path);
    return null;
  } finally {
    await ports.files.removeDirectory(directory);
  }
}

async function fetchFromProvider(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
  path: string,
): Promise<string | null> {
  const { endpoint } = context.apiFor(paid.provider);
  if (!endpoint.hasKey) return `${endpoint.adapter.title} cannot be asked without its key`;
  const deadlineMs = Math.min(context.stop.deadlineMs, context.ports.clock.nowMs() + MAX_ASKING_MS);
  const hurried = { ...context, stop: { ...context.stop, deadlineMs } };
  const waited = await waitForJob(hurried, paid, purchase.operation, () => {});
  if (waited.kind !== 'done') {
    const why = waited.kind === 'failed' ? waited.failure.message : waited.message;
    return `${endpoint.adapter.title} does not give it again (${why})`;
  }
  await context.ports.files.makeDirectory(`${context.stateDirectory}/downloads`);
  const { sha256 } = await downloadVideo(context.ports, {
    url: waited.delivery.url,
    target: path,
    allowLoopback: endpoint.isLoopback,
    signal: context.stop.requested,
    redactor: context.redactor,
    readGone: (response) => readGone(endpoint.adapter, response),
  });
  if (sha256 === purchase.download?.sha256) return null;
  await context.ports.files.remove(path);
  return `${endpoint.adapter.title} gives other bytes than were recorded`;
}
