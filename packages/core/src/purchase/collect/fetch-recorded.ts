import { sha256OfFile } from '../../media/hash.ts';
import { resolveInside } from '../../media/paths.ts';
import { messageOf, OutputExpiredError, StoppedError } from '../../model/errors.ts';
import { formatUsd } from '../../model/money.ts';
import type { Archive, Purchase } from '../../model/purchase/purchase.ts';
import { dayOf, describeLost } from '../../plan/prior/lost-output.ts';
import { artifactsDirectory, type RunContext, type UnpackedArtifact } from '../context.ts';
import { downloadsDirectory, type PaidJob } from '../paid-job.ts';
import { append } from '../settle-failure.ts';
import { waitForJob } from '../wait/wait.ts';
import { downloadVideo, readGone } from './download.ts';
import { moveInto } from './output-file.ts';

/** A finished job is reported by the first answers; one that is not is no longer kept. */
const MAX_ASKING_MS = 60_000;
const DAY_MS = 86_400_000;

/** Why delivered bytes cannot be fetched. */
interface Missing {
  readonly why: string;
  /** It was stated, or its time is over: asking again another day changes nothing. */
  readonly isFinal: boolean;
}

/** Not fetched; `isLost` once nobody keeps it any more, else another run may get it. */
export interface NotFetched {
  readonly message: string;
  readonly isLost: boolean;
}

/**
 * Fetches what another run bought and delivered: from that run's artifact, else once more from the
 * provider as long as that keeps it. Only the very bytes on record count. Returns why it cannot be had,
 * or `null` when they are at `path`. That nobody keeps it any more goes on record.
 */
export async function fetchRecorded(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
  path: string,
): Promise<NotFetched | null> {
  const problems: Missing[] = [];
  for (const fetchFrom of [fetchFromArtifact, fetchFromProvider]) {
    const problem = await fetchFrom(context, paid, purchase, path).catch((error: unknown) => {
      if (error instanceof StoppedError) throw error;
      return { why: messageOf(error), isFinal: false };
    });
    if (problem == null) return null;
    problems.push(problem);
  }
  const why = problems.map((problem) => problem.why).join('; ');
  const microUsd = purchase.charge?.microUsd ?? null;
  const { output, reservedAtMs: paidAtMs } = purchase;
  if (problems.every(({ isFinal }) => isFinal)) {
    await append(context, paid, { type: 'archive', archive: null, message: why });
    return { message: describeLost({ output, paidAtMs, microUsd, why }), isLost: true };
  }
  const price = microUsd == null ? '' : ` (${formatUsd(microUsd)})`;
  const message = `paid on ${dayOf(paidAtMs)}${price}, but the video could not be fetched: ${why}. Run again to fetch it, it is not bought again; or restore ${output} from git or from that run's artifact`;
  return { message, isLost: false };
}

async function fetchFromArtifact(
  context: RunContext,
  _paid: PaidJob,
  { archive, download }: Purchase,
  path: string,
): Promise<Missing | null> {
  const { ports } = context;
  if (archive == null) return { why: 'no artifact holds it', isFinal: true };
  const what = `artifact ${archive.artifactName} of run ${archive.runId}`;
  const unpacked = await unpackOnce(context, archive);
  if (unpacked.kind === 'no-token') return { why: NEEDS_TOKEN, isFinal: false };
  if (unpacked.kind === 'gone') return { why: `${what} expired or was deleted`, isFinal: true };
  const found = await resolveInside(ports, unpacked.directory, archive.path);
  if ((await sha256OfFile(ports.files, found)) !== download?.sha256)
    return { why: `${what} does not hold the bytes on record`, isFinal: true };
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
): Promise<Missing | null> {
  const { endpoint } = context.apiFor(paid.provider);
  const { adapter } = endpoint;
  const isOver = isRetentionOver(context, paid, purchase);
  if (adapter.status(purchase.operation, paid.job) == null)
    return { why: `${adapter.title} gave no id to ask by`, isFinal: true };
  if (!endpoint.hasKey)
    return { why: `${adapter.title} cannot be asked without its key`, isFinal: isOver };
  try {
    return await downloadAgain(context, paid, purchase, path);
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    const isFinal = isOver || error instanceof OutputExpiredError;
    return { why: `${adapter.title} does not give it again (${messageOf(error)})`, isFinal };
  }
}

/** Where the provider documents how long it keeps a video: also a day after that, whenever the job was done. */
function isRetentionOver(
  { ports, apiFor }: RunContext,
  { provider, job }: PaidJob,
  { reservedAtMs }: Purchase,
): boolean {
  const kept = apiFor(provider).endpoint.adapter.models[job.model]?.retentionDays;
  if (kept?.basis !== 'documented') return false;
  return ports.clock.nowMs() > reservedAtMs + (kept.value + 1) * DAY_MS;
}

async function downloadAgain(
  context: RunContext,
  paid: PaidJob,
  purchase: Purchase,
  path: string,
): Promise<Missing | null> {
  const { endpoint } = context.apiFor(paid.provider);
  const deadlineMs = Math.min(context.stop.deadlineMs, context.ports.clock.nowMs() + MAX_ASKING_MS);
  const hurried = { ...context, stop: { ...context.stop, deadlineMs } };
  const waited = await waitForJob(hurried, paid, purchase.operation, () => {});
  if (waited.kind !== 'done') {
    const said = waited.kind === 'failed' ? waited.failure.message : waited.message;
    return {
      why: `${endpoint.adapter.title} does not give it again (${said})`,
      isFinal: waited.kind === 'failed' || isRetentionOver(context, paid, purchase),
    };
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
  return {
    why: `${endpoint.adapter.title} gives other bytes than were recorded`,
    isFinal: true,
  };
}
