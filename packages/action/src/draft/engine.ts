import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type DraftPort,
  type LogPort,
  MotionTransferError,
  messageOf,
} from '@motion-transfer/core';
import { stoppedBecause } from '@motion-transfer/core/shell';
import { installDraftEngine } from './install.ts';
import type { DrawStrip, StripRequest } from './strip.ts';

/** What this file uses of `@motion-transfer/draft`; its native codec cannot be part of the bundle. */
interface DraftModule {
  renderDraft(options: {
    characterPath: string;
    motionPath: string;
    outputPath: string;
    orientation: 'image' | 'video';
    keepOriginalSound: boolean;
    shortSide: number;
    signal: AbortSignal;
    onProgress: (progress: { done: number }) => void;
  }): Promise<{ warnings: readonly string[] }>;
  samplePictures(path: string, signal: AbortSignal): Promise<readonly Uint8Array[]>;
  writeWebFile(options: {
    kind: 'poster' | 'webp' | 'webm' | 'gif';
    videoPath: string;
    outputPath: string;
    signal: AbortSignal;
  }): Promise<void>;
  drawStrip(request: StripRequest, signal: AbortSignal): Promise<unknown>;
}

export interface DraftEngine {
  readonly port: DraftPort;
  readonly drawStrip: DrawStrip;
}

/** A video is looked at in a second or two, and so is a strip drawn. */
const LOOKING_MS = 30_000;
/** A WebM of 30 s in 1080p takes some minutes on two cores. */
const ENCODING_MS = 10 * 60_000;

/**
 * The draft engine, loaded (and where needed installed) with the first draft; nobody else notices it. Where drafts
 * are wanted it looks at bought videos too; for that alone it is not installed. Web files install it.
 */
export function createDraftEngine(
  environment: NodeJS.ProcessEnv,
  log: LogPort,
  { isWanted }: { readonly isWanted: boolean },
): DraftEngine {
  let loading: Promise<DraftModule> | null = null;
  const load = (signal: AbortSignal) => {
    loading ??= loadEngine(environment, log, signal);
    return loading;
  };
  const look = async <Value>(
    signal: AbortSignal,
    work: (engine: DraftModule, limited: AbortSignal) => Promise<Value>,
  ): Promise<Value> => {
    const engine = await load(signal);
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOKING_MS)]);
    try {
      return await work(engine, limited);
    } catch (cause) {
      throw new MotionTransferError(messageOf(cause), { cause });
    }
  };
  const port: DraftPort = {
    async samplePictures(path, signal) {
      if (loading == null && !isWanted) return null;
      const samples = await look(signal, (engine, limited) => engine.samplePictures(path, limited));
      return samples.map((luma) => ({ luma }));
    },
    async makeWebFile(request) {
      const { signal } = request;
      const engine = await load(signal);
      const limit = AbortSignal.timeout(ENCODING_MS);
      try {
        await engine.writeWebFile({ ...request, signal: AbortSignal.any([signal, limit]) });
      } catch (cause) {
        if (signal.aborted) throw stoppedBecause(signal);
        const reason = limit.aborted
          ? `encoding took longer than ${ENCODING_MS / 60_000} minutes; leave ${request.kind} out for this video`
          : messageOf(cause);
        throw new MotionTransferError(reason.replace(/\.$/, ''), { cause });
      }
    },
    async render({ onProgress, ...request }) {
      const engine = await load(request.signal);
      try {
        return await engine.renderDraft({ ...request, onProgress: ({ done }) => onProgress(done) });
      } catch (cause) {
        if (request.signal.aborted) throw stoppedBecause(request.signal);
        throw new MotionTransferError(`no draft: ${messageOf(cause)}`, { cause });
      }
    },
  };
  return {
    port,
    async drawStrip(request, signal) {
      await look(signal, (engine, limited) => engine.drawStrip(request, limited));
    },
  };
}

/** The runner starts `node <bundle>`: what belongs to the bundle lies beside it. */
function bundleDirectory(): string {
  return dirname(process.argv[1] ?? '');
}

async function loadEngine(
  environment: NodeJS.ProcessEnv,
  log: LogPort,
  signal: AbortSignal,
): Promise<DraftModule> {
  const home = await installDraftEngine(join(bundleDirectory(), 'draft'), environment, log, signal);
  try {
    const entry = pathToFileURL(join(home, 'lib', 'index.js')).href;
    // Not a module of the bundle: it needs its own node_modules beside it.
    const engine: DraftModule = await import(entry);
    return engine;
  } catch (cause) {
    throw new MotionTransferError(
      `the draft engine in ${home} does not load (${messageOf(cause)}); delete that directory, and it is installed anew`,
      { cause },
    );
  }
}
