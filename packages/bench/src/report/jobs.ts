import type { JobsRow, Measured } from '../results.ts';
import { count, megabytes, milliseconds, renderTable, seconds } from './markdown.ts';
import { renderPlot } from './plot.ts';
import type { Section } from './section.ts';
import { bend, ratio, type Target } from './target.ts';

const OURS = ['ours, no ledger', 'ours, git ledger'];
const FAL = '@fal-ai/client';
const FLOOR = 'floor';

export function reportJobs({ rows }: Measured<JobsRow>): Section {
  const sizes = [...new Set(rows.map(({ jobs }) => jobs))];
  const clients = [...new Set(rows.map(({ client }) => client))];
  const plotOf = (title: string, y: string, figure: (row: JobsRow) => number) =>
    renderPlot({
      title,
      y,
      x: 'jobs',
      lines: clients.map((client) => ({
        name: client,
        points: rows
          .filter((row) => row.client === client)
          .map((row) => ({ x: row.jobs, y: figure(row) })),
      })),
    });
  return {
    name: 'jobs',
    title: 'Jobs',
    text: `So many jobs wanted at once, with log-normal durations around 6 s (sigma 0.35, the same for every client) and
videos of 1 MB. *Over* is the wall time of the whole process beyond the slowest job; *requests* are questions about a job, held and
pushed ones not counted; *detection* is from a job's end to the first answer that says so. Peers have no record of what they buy:
beside them stands our bundle with \`ledger: none\`, and below it with the default, a ledger in git over HTTP. Both upload artifacts, and
are told as many in flight as there are jobs; peers start everything at once by themselves.`,
    targets: OURS.flatMap((name) => targetsFor(rows, name)),
    figures: sizes.map((jobs) => renderSize(jobs, rows)).join('\n\n'),
    plots: {
      'jobs-over.svg': plotOf('Wall time over the slowest job', 'seconds', ({ overS }) => overS),
      'jobs-cpu.svg': plotOf('Processor time', 'seconds', ({ processorS }) => processorS),
      'jobs-memory.svg': plotOf('Peak memory', 'MB', ({ peakMb }) => peakMb),
    },
  };
}

function targetsFor(rows: readonly JobsRow[], client: string): readonly Target[] {
  const find = (jobs: number, name: string) =>
    rows.find((row) => row.jobs === jobs && row.client === name);
  const line = rows
    .filter((row) => row.client === client && row.jobs >= 20)
    .map((row) => ({ at: row.jobs, value: row.processorS }));
  const both = [200, 1_000].flatMap((jobs): Target[] => {
    const [ours, fal, floor] = [find(jobs, client), find(jobs, FAL), find(jobs, FLOOR)];
    const what = `${count(jobs)} jobs, ${client}`;
    return [
      { what: `${what}: over / fal's`, value: ratio(ours?.overS, fal?.overS), atMost: 1 },
      {
        what: `${what}: processor time / fal's`,
        value: ratio(ours?.processorS, fal?.processorS),
        atMost: 1,
      },
      {
        what: `${what}: peak memory / floor's`,
        value: ratio(ours?.peakMb, floor?.peakMb),
        atMost: jobs === 200 ? 1.3 : 1.5,
      },
    ];
  });
  return [
    ...both,
    {
      what: `200 jobs, ${client}: requests a job`,
      value: find(200, client)?.requestsPerJob ?? null,
      atMost: 6,
    },
    {
      what: `${client}: processor time of each further job, 200 to 1,000 / 20 to 200`,
      value: bend(line),
      atMost: 1.25,
    },
  ];
}

function renderSize(jobs: number, rows: readonly JobsRow[]): string {
  const header = [
    `${count(jobs)} jobs`,
    'Over',
    'CPU',
    'Peak memory',
    'Requests a job',
    'Detection',
    'Delivered',
    'Bought twice',
  ];
  return renderTable(
    header,
    rows
      .filter((row) => row.jobs === jobs)
      .map((row) => [
        row.client,
        seconds(row.overS),
        seconds(row.processorS),
        megabytes(row.peakMb),
        row.requestsPerJob.toFixed(1),
        milliseconds(row.detectionMs),
        count(row.delivered),
        count(row.twice),
      ]),
  );
}
