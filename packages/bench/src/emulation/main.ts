import { answerParent } from '../process-link.ts';
import type { EmulationReport } from './report.ts';
import { type JobServer, startJobServer } from './server.ts';
import type { EmulationSettings } from './settings.ts';

/** The emulated providers as a process of their own: they must not share a core's time slice with a client. */
export interface EmulationRequests {
  /** Starts anew, with nothing of before. */
  start(given: {
    readonly settings: EmulationSettings;
    readonly clipPath: string;
  }): Promise<{ readonly origin: string }>;
  report(given: null): Promise<EmulationReport>;
}

let server: JobServer | undefined;

answerParent<EmulationRequests>({
  async start({ settings, clipPath }) {
    await server?.close();
    server = await startJobServer(settings, clipPath);
    return { origin: server.origin };
  },
  async report() {
    if (server == null) throw new Error('the emulation was not started');
    return server.report();
  },
});
