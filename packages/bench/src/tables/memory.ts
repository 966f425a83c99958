import {
  AI_FAL,
  type Client,
  FAL,
  FLOOR,
  OURS_GIT,
  OURS_NONE,
  REPLICATE,
} from '../measure/clients.ts';
import { medianOf } from '../measure/median.ts';
import { type JobsOutcome, runJobs } from '../measure/run-jobs.ts';
import type { MemoryRow } from '../results.ts';
import type { Table } from './table.ts';

const MB = 1_048_576;
const CLIENTS: readonly Client[] = [FLOOR, FAL, REPLICATE, AI_FAL, OURS_NONE, OURS_GIT];

interface Case {
  readonly videos: number;
  readonly videoMb: number;
}

/** The first shows, beside the second, whether memory grows with the size of a video. */
const CASES: readonly Case[] = [
  { videos: 4, videoMb: 50 },
  { videos: 4, videoMb: 200 },
  { videos: 20, videoMb: 20 },
];

/** All downloads begin at once: jobs of exactly 2 s. */
export const memoryTable: Table<'memory'> = {
  name: 'memory',
  async run({ stage, isQuick, rounds, concurrency, say }) {
    const rows: MemoryRow[] = [];
    for (const { videos, videoMb } of isQuick ? CASES.slice(0, 1) : CASES) {
      const clients = isQuick ? [FLOOR, FAL, OURS_NONE] : CLIENTS;
      const outcomes = new Map<Client, JobsOutcome[]>(clients.map((client) => [client, []]));
      for (let round = 1; round <= rounds; round += 1) {
        for (const [client, runs] of outcomes) {
          const outcome = await runJobs(stage, client, {
            jobs: videos,
            concurrency: Math.min(videos, concurrency),
            settings: { medianMs: 2_000, sigma: 0, resultBytes: videoMb * MB },
          });
          runs.push(outcome);
          const { peakMb, processorS, delivered, uploadedMb } = outcome;
          say(
            `${videos} x ${videoMb} MB, ${client.name}, round ${round}: ${peakMb.toFixed(0)} MB, ${processorS.toFixed(2)} s CPU, ${delivered} delivered, ${uploadedMb.toFixed(0)} MB uploaded as artifacts`,
          );
        }
      }
      for (const [client, runs] of outcomes) rows.push(rowOf(client, { videos, videoMb }, runs));
    }
    return rows;
  },
};

function rowOf({ name }: Client, size: Case, runs: readonly JobsOutcome[]): MemoryRow {
  return {
    ...size,
    client: name,
    peakMb: medianOf(runs, ({ peakMb }) => peakMb),
    processorS: medianOf(runs, ({ processorS }) => processorS),
    wallS: medianOf(runs, ({ wallS }) => wallS),
    delivered: Math.min(...runs.map(({ delivered }) => delivered)),
  };
}
