import { describe, expect, test } from 'vitest';
import { renderFaultsTable } from '../src/report/faults.ts';
import { renderPlot } from '../src/report/plot.ts';
import { renderBenchmarks } from '../src/report/render-benchmarks.ts';
import { bend, isMet, ratio, renderTargets } from '../src/report/target.ts';
import type { FaultsRow, JobsRow, Measured } from '../src/results.ts';

function measured<Row>(rows: readonly Row[]): Measured<Row> {
  return {
    date: '2026-01-02',
    cores: 2,
    node: '24.0.0',
    versions: { peer: '1.2.3' },
    rounds: 3,
    others: 0.05,
    rows,
  };
}

const OUTCOME = { delivered: 181, held: 19, billed: 200, twice: 0, jobs: 200, wallS: 20 };
const FAULTS: readonly FaultsRow[] = [
  { ...OUTCOME, fault: 'reset', client: 'ours, git ledger' },
  { ...OUTCOME, fault: 'reset', client: 'peer', delivered: 200, held: 0, billed: 219, twice: 19 },
];

const JOBS_ROW: JobsRow = {
  jobs: 200,
  client: 'floor',
  overS: 0.2,
  processorS: 1,
  peakMb: 100,
  requestsPerJob: 2,
  detectionMs: 100,
  deliveryMs: null,
  delivered: 200,
  billed: 200,
  twice: 0,
};

describe('a target', () => {
  test('is met up to its limit, and not where nothing was measured', () => {
    const target = { what: 'over', atMost: 1 };
    expect([1, 1.01, null].map((value) => isMet({ ...target, value }))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('says in its table whether it is met, missed, or not measured', () => {
    const table = renderTargets(
      [0.5, 2, null].map((value) => ({ what: 'over', value, atMost: 1 })),
    );
    expect(table.split('\n').slice(2)).toEqual([
      '| over | 1 | 0.5 | met |',
      '| over | 1 | 2 | **not met** |',
      '| over | 1 | - | not measured |',
    ]);
  });

  test('has no value beside a figure that is missing or nothing', () => {
    expect([ratio(1, undefined), ratio(undefined, 1), ratio(1, 0), ratio(1, 2)]).toEqual([
      null,
      null,
      null,
      0.5,
    ]);
  });

  test('of growth is 1 for a straight line and more for a bent one', () => {
    const line = [10, 100, 1_000].map((at) => ({ at, value: 5 + at }));
    const square = [10, 100, 1_000].map((at) => ({ at, value: at * at }));
    expect(bend(line)).toBeCloseTo(1);
    expect(bend(square)).toBeGreaterThan(9);
  });
});

describe('the document', () => {
  test('names what was not measured', () => {
    const text = renderBenchmarks({ faults: measured(FAULTS) }).get('benchmarks.md');
    expect(text).toContain('Not measured yet: jobs, memory, plan, start, ledger, growth.');
    expect(text).toContain(
      '2026-01-02, 2 cores, Node 24.0.0, medians of 3 runs, other work taking 5 % of the cores; peer 1.2.3',
    );
  });

  test('counts the targets that are met', () => {
    const text = renderBenchmarks({ faults: measured(FAULTS) }).get('benchmarks.md');
    expect(text).toContain('**1 of 1 targets are met.**');
  });

  test('counts a video that is lost and one that is bought twice against the target', () => {
    const lost = { ...OUTCOME, fault: 'reset', client: 'ours, git ledger', held: 18 };
    const twice = { ...OUTCOME, fault: 'kill', client: 'ours, git ledger', billed: 201, twice: 1 };
    const text = renderBenchmarks({ faults: measured([lost, twice]) }).get('benchmarks.md');
    expect(text).toContain('**0 of 2 targets are met.**');
  });

  test('compares the jobs of the bundle with those of fal and of the floor', () => {
    const rows = [
      JOBS_ROW,
      { ...JOBS_ROW, client: '@fal-ai/client', overS: 0.4 },
      { ...JOBS_ROW, client: 'ours, no ledger', overS: 0.8, peakMb: 120 },
    ];
    const files = renderBenchmarks({ jobs: measured(rows) });
    expect(files.get('benchmarks.md')).toContain(
      "| 200 jobs, ours, no ledger: over / fal's | 1 | 2 | **not met** |",
    );
    expect(files.get('benchmarks.md')).toContain(
      "| 200 jobs, ours, no ledger: peak memory / floor's | 1.3 | 1.2 | met |",
    );
    expect([...files.keys()]).toContain('images/benchmarks/jobs-over.svg');
  });
});

test('a table shows what each client delivered, held and bought twice', () => {
  expect(renderFaultsTable(FAULTS).split('\n').slice(0, 4)).toEqual([
    '| Delivered / bought twice | reset |',
    '| --- | ---: |',
    '| **ours, git ledger** | 181 + 19 held / 0 |',
    '| peer | 200 / **19** |',
  ]);
});

describe('a plot', () => {
  const plot = renderPlot({
    title: 'A <plot>',
    x: 'jobs',
    y: 'seconds',
    lines: [
      { name: 'one', points: [10, 100].map((x) => ({ x, y: x })) },
      { name: 'two', points: [10, 100].map((x) => ({ x, y: x })) },
    ],
  });

  test('is readable on a dark page too', () => {
    expect(plot).toContain('@media (prefers-color-scheme:dark)');
  });

  test('keeps the names of lines that end at one place apart', () => {
    const heights = [...plot.matchAll(/class="label c\d" x="\S+" y="(\S+)"/g)].map(([, y]) =>
      Number(y),
    );
    expect(heights).toHaveLength(2);
    expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeGreaterThanOrEqual(16);
  });

  test('writes names as text', () => {
    expect(plot).toContain('A &lt;plot>');
  });
});
