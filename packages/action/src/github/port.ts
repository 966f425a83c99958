import { readdir, rm } from 'node:fs/promises';
import {
  type GitHubPort,
  MotionTransferError,
  messageOf,
  NoAnswerError,
  type Ports,
  StoppedError,
} from '@motion-transfer/core';
import {
  afterLostRequest,
  followRedirects,
  passingAnswer,
  saveBody,
  withRetry,
} from '@motion-transfer/core/shell';
import { type GitHubClient, memberOf, parseJson } from './client.ts';
import { GitHubRefusalError } from './errors.ts';
import { commitSigned } from './signed-commit.ts';
import { unzipInto } from './unzip.ts';

/** Far above any bundle of videos, far below a runner's disk. */
const MAX_ARCHIVE_BYTES = 4 * 1024 ** 3;
const MAX_ENTRIES = 20_000;
const RETRY = { limit: { tries: 3 }, baseMs: 2_000, maxMs: 20_000 } as const;

/** What the core asks GitHub: whether another run still lives, and for the videos an earlier one made. */
export function createGitHubPort(
  ports: Pick<Ports, 'http' | 'clock' | 'random' | 'files'>,
  client: GitHubClient,
  repository: string,
): GitHubPort {
  return {
    readClock: () => client.readClock(),
    async attemptState(runId, attempt) {
      const path = `/repos/${repository}/actions/runs/${encodeURIComponent(runId)}/attempts/${attempt}`;
      const answer = await client.get(path, { allowed: [404] }).catch((error: unknown) => {
        throw unanswered(error, `whether attempt ${attempt} of run ${runId} is over`);
      });
      if (answer.status === 404) return 'unknown';
      const status = memberOf(parseJson(answer.text), 'status');
      if (typeof status !== 'string')
        throw new NoAnswerError(`GitHub did not say whether run ${runId} is over`);
      return status === 'completed' ? 'over' : 'running';
    },
    commitSigned: (commit, signal) => commitSigned(client, repository, commit, signal),
    async fetchArtifact(artifact, directory, signal) {
      const archive = `${directory}.zip`;
      try {
        const policy = { ...RETRY, signal, afterError: afterLostRequest };
        const found = await withRetry(ports, policy, () =>
          download(ports, client, repository, artifact.id, archive, signal),
        );
        if (found === 'gone') return 'gone';
        if ((await readdir(directory)).length > 0)
          throw new MotionTransferError(`${directory} is not empty, so nothing is unpacked there`);
        await unzipInto(archive, directory, {
          maxEntries: MAX_ENTRIES,
          maxBytes: MAX_ARCHIVE_BYTES,
        });
        return 'fetched';
      } catch (error) {
        if (error instanceof StoppedError) throw error;
        throw unanswered(error, `for artifact ${artifact.id} of run ${artifact.runId}`);
      } finally {
        await rm(archive, { force: true });
      }
    },
  };
}

function unanswered(error: unknown, what: string): NoAnswerError {
  const hint =
    error instanceof GitHubRefusalError && [401, 403].includes(error.status)
      ? '; give the job `permissions: actions: read`'
      : '';
  return new NoAnswerError(`asked GitHub ${what}: ${messageOf(error)}${hint}`, { cause: error });
}

/** Expired (410), deleted (404), or not there for this token: nothing to fetch either way. */
async function download(
  ports: Pick<Ports, 'http' | 'clock' | 'files'>,
  { connection }: GitHubClient,
  repository: string,
  id: number,
  archive: string,
  signal: AbortSignal,
): Promise<'fetched' | 'gone'> {
  const { apiUrl, token, allowLoopback } = connection;
  const response = await followRedirects(ports.http, {
    url: `${apiUrl}/repos/${repository}/actions/artifacts/${id}/zip`,
    headers: { 'user-agent': 'motion-transfer', 'accept-encoding': 'identity' },
    // The storage host gets none of it: the address itself carries a signature.
    credentials: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    headersTimeoutMs: 30_000,
    bodyTimeoutMs: 30_000,
    allowLoopback,
    signal,
  });
  if (response.status === 200) {
    await saveBody(ports, response, archive, {
      what: `artifact ${id}`,
      maxBytes: MAX_ARCHIVE_BYTES,
    });
    return 'fetched';
  }
  response.body.destroy();
  if (response.status === 404 || response.status === 410) return 'gone';
  throw refusalOf(response, id);
}

function refusalOf(response: Parameters<typeof passingAnswer>[0], id: number): Error {
  const { status } = response;
  const message = `HTTP ${status} for artifact ${id}`;
  const again = passingAnswer(response);
  return again == null
    ? new GitHubRefusalError(status, message)
    : new NoAnswerError(message, { retryAfterMs: again.retryAfterMs ?? null });
}
