import { parentPort, workerData } from 'node:worker_threads';
import { DraftError } from '../errors.ts';
import type { FrameSize } from './frame-size.ts';
import { openMotion } from './open-motion.ts';
import { type Footage, readMotion } from './read-motion.ts';

export interface DecodeRequest {
  readonly path: string;
  readonly size: FrameSize;
  readonly endS: number;
}

export type DecodeReply = { readonly footage: Footage } | { readonly reason: string };

// A damaged packet makes the decoder library reject a promise that nobody holds (mediabunny closes its decoder without
// awaiting it). In this thread that is harmless: the frames read so far are used.
process.on('unhandledRejection', () => undefined);

const request = workerData as DecodeRequest;
try {
  const motion = await openMotion(request.path);
  try {
    const footage = await readMotion(motion, request.size, request.endS, undefined);
    parentPort?.postMessage({ footage } satisfies DecodeReply);
  } finally {
    motion.close();
  }
} catch (error) {
  const reason = error instanceof DraftError ? error.message : String(error);
  parentPort?.postMessage({ reason } satisfies DecodeReply);
}
