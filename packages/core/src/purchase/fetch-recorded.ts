import { sha256OfFile } from '../media/hash.ts';
import { resolveInside } from '../media/paths.ts';
import { messageOf, StoppedError } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { Archive, Purchase } from '../model/purchase.ts';
import { artifactsDirectory, type RunContext, type UnpackedArtifact } from './context.ts';
import { downloadVideo, readGone } from './download.ts';
import { moveInto } from './output-file.ts';
import { downloadsDirectory, type PaidJob } from './paid-job.ts';
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
  context: RunContext,
  _paid: PaidJob,
  { archive, download }: Purchase,
  path: string,
): Promise<string | null> {
  const { ports } = context;
  if (archive == null) return 'no artifact holds it';
  const what = `artifact ${archive.artifactName} of run ${archive.runId}`;
  const unpacked = await unpackOnce(context, archive);
  if (unpacked.kind !== 'fetched')
    return unpacked.kind === 'gone' ? `${what} expired` : NEEDS_TOKEN;
  const found = await resolveInside(ports, unpacked.directory, archive.path);
  if ((await sha256OfFile(ports.files, found)) !== download?.sha256)
    return `${what} does not hold the bytes on record`;
  await moveInto({ ports }, found, path);
  return null;
}

const NEEDS_TOKEN = 'its artifact needs a github-token with actions: read';

/** An artifact holds the videos of a whole run: it is fetched once, for all of them. */
function unpackOnce(context: RunContext, archive: Archive): Promise<UnpackedArtifact> {
  const { artifactId } = archive;
  const earlier = context.artifacts.get(artifactId);
  if (earlier != null) return earlier;
  const unpacked = unpack(context, archive);
  context.artifacts.set(artifactId, unpacked);
  return unpacked;
}

async function unpack(
  { ports, stateDirectory, stop }: RunContext,
  { artifactId, runId }: Archive,
): Promise<UnpackedArtifact> {
  if (ports.github == null) return { kind: 'no-token' };
  const directory = `${artifactsDirectory(stateDirectory)}/${artifactId}`;
  await ports.files.removeDirectory(directory);
  await ports.files.makeDirectory(directory);
  const artifact = { id: artifactId, runId };
  const kind = await ports.github.fetchArtifact(artifact, directory, stop.requested);
  return { kind, directory };
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
  await context.ports.files.makeDirectory(downloadsDirectory(context));
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
