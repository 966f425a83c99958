import { isLoopback } from '../../../http/loopback.ts';
import { type ClockReading, readClock } from '../../../model/clock-reading.ts';
import { MotionTransferError } from '../../../model/errors.ts';
import type { Ports } from '../../../ports.ts';
import { afterLostRequest, withRetry } from '../../../retry.ts';

const PATIENCE_MS = 10_000;
const RETRY = { limit: { tries: 2 }, baseMs: 1_000, maxMs: 5_000 } as const;

/**
 * What time it is at the server of a remote. git shows no headers, so the first request of a fetch is made
 * once more by ourselves; without the token, because a refusal has a date too. `null` for a remote that is
 * not reached by HTTP, and when it does not say.
 *
 * @throws StoppedError when `signal` aborts.
 */
export async function readServerClock(
  ports: Pick<Ports, 'http' | 'clock' | 'random'>,
  remoteUrl: string,
  signal: AbortSignal,
): Promise<ClockReading | null> {
  const remote = URL.parse(remoteUrl);
  if (remote == null) return null;
  const allowLoopback = isLoopback(remote.hostname);
  if (remote.protocol !== 'https:' && !(remote.protocol === 'http:' && allowLoopback)) return null;
  const ask = async () => {
    const beforeMs = ports.clock.nowMs();
    const { headers, body } = await ports.http.send({
      method: 'GET',
      url: `${remoteUrl.replace(/\/+$/, '')}/info/refs?service=git-upload-pack`,
      // Its second version lists no branches.
      headers: { 'git-protocol': 'version=2', 'accept-encoding': 'identity' },
      headersTimeoutMs: PATIENCE_MS,
      bodyTimeoutMs: PATIENCE_MS,
      totalTimeoutMs: 2 * PATIENCE_MS,
      allowLoopback,
      signal,
    });
    const afterMs = ports.clock.nowMs();
    body.destroy();
    return readClock(headers, { source: remote.host, beforeMs, afterMs });
  };
  try {
    return await withRetry(ports, { ...RETRY, signal, afterError: afterLostRequest }, ask);
  } catch (error) {
    if (signal.aborted || !(error instanceof MotionTransferError)) throw error;
    return null;
  }
}
