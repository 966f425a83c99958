import { Worker } from 'node:worker_threads';
import { DraftStoppedError, MotionUnreadableError } from '../errors.ts';
import type { DecodeReply, DecodeRequest } from './decode-worker.ts';
import type { Footage } from './read-motion.ts';

/**
 * Reads a motion in a thread of its own: a file that upsets the native decoder ends that thread and nothing else.
 * Throws `MotionUnreadableError` and `DraftStoppedError`.
 */
export async function readInThread(
  request: DecodeRequest,
  signal: AbortSignal | undefined,
): Promise<Footage> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./decode-worker.${extension}`, import.meta.url), {
    workerData: request,
    resourceLimits: { maxYoungGenerationSizeMb: 16 },
  });
  let stop: () => void = () => undefined;
  try {
    return await new Promise<Footage>((resolve, reject) => {
      const unreadable = (reason: string, cause?: unknown) =>
        reject(
          new MotionUnreadableError(
            reason.includes(request.path)
              ? reason
              : `The motion ${request.path} cannot be used: ${reason}`,
            { cause },
          ),
        );
      stop = () =>
        reject(
          new DraftStoppedError('The draft was stopped while reading the motion.', {
            cause: signal?.reason,
          }),
        );
      signal?.addEventListener('abort', stop, { once: true });
      worker.on('message', (reply: DecodeReply) => {
        if ('footage' in reply) resolve(reply.footage);
        else unreadable(reply.reason);
      });
      worker.on('error', (cause) =>
        unreadable('its decoder failed. Check that the file plays.', cause),
      );
      worker.on('exit', () => unreadable('its decoder ended early. Check that the file plays.'));
      if (signal?.aborted) stop();
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
