import type { EmulationSettings } from '../emulation/settings.ts';
import {
  AI_FAL,
  AI_REPLICATE,
  FAL,
  FLOOR,
  OURS_GIT,
  OURS_REPLICATE,
  REPLICATE,
  SHELL,
  SHELL_RETRY,
} from '../measure/clients.ts';
import { type JobsTask, runJobs } from '../measure/run-jobs.ts';
import type { FaultsRow } from '../results.ts';
import { available } from './available.ts';
import type { Table } from './table.ts';

const CLIENTS = [
  SHELL,
  SHELL_RETRY,
  FAL,
  REPLICATE,
  AI_FAL,
  AI_REPLICATE,
  FLOOR,
  OURS_GIT,
  OURS_REPLICATE,
];

interface Fault {
  readonly name: string;
  readonly settings?: Partial<EmulationSettings>;
  readonly killAfterMs?: number;
  readonly isInQuick?: true;
}

/** The rows that decide whether money is lost: what everybody meets sooner or later. */
const FAULTS: readonly Fault[] = [
  {
    name: '429 above 50 requests a second',
    isInQuick: true,
    settings: { rateLimit: { perSecond: 50, burst: 50, retryAfterSeconds: 1 } },
  },
  {
    name: '503 for four seconds',
    settings: { trouble: { answer: 503, share: 1, of: 'all', fromMs: 2_000, untilMs: 6_000 } },
  },
  { name: '10 % accepted, then 502', settings: { lostAnswers: { share: 0.1, as: 502 } } },
  {
    name: '10 % accepted, then reset',
    isInQuick: true,
    settings: { lostAnswers: { share: 0.1, as: 'reset' } },
  },
  { name: '2 % 500 on reads', settings: { trouble: { answer: 500, share: 0.02, of: 'reads' } } },
  {
    name: '2 % reset on reads',
    settings: { trouble: { answer: 'reset', share: 0.02, of: 'reads' } },
  },
  { name: 'kill -9, then again', killAfterMs: 5_000, isInQuick: true },
];

/** 200 jobs in each row: how many videos came, and how many were paid for twice. */
export const faultsTable: Table<'faults'> = {
  name: 'faults',
  async run({ stage, isQuick, concurrency, say }) {
    const rows: FaultsRow[] = [];
    const clients = isQuick ? [OURS_GIT] : available(CLIENTS);
    const jobs = isQuick ? 20 : 200;
    const faults = FAULTS.filter(({ isInQuick }) => !isQuick || isInQuick === true);
    for (const { name, settings, killAfterMs } of faults) {
      for (const client of clients) {
        const task: JobsTask = {
          jobs,
          concurrency: Math.min(jobs, concurrency),
          settings: {
            medianMs: isQuick ? 2_000 : 6_000,
            sigma: 0.35,
            resultBytes: 262_144,
            ...settings,
          },
          ...(killAfterMs != null && { killAfterMs }),
        };
        const { delivered, held, billed, twice, wallS } = await runJobs(stage, client, task);
        say(
          `${name}, ${client.name}: ${delivered} of ${jobs} delivered, ${held} held, ${billed} billed, ${twice} twice, ${wallS.toFixed(1)} s`,
        );
        rows.push({
          fault: name,
          client: client.name,
          jobs,
          delivered,
          held,
          billed,
          twice,
          wallS,
        });
      }
    }
    return rows;
  },
};
