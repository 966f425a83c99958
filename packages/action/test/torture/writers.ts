import { execFileSync } from 'node:child_process';
import { type ProxyFault, seededFaults } from '@motion-transfer/emulator';
import { checkLedger, costOf, type Entry, readLedger } from './check.ts';
import { LEDGER_BRANCH, openWorld, sayRun, type World } from './world.ts';

/** Of one purchase: ten of them are exactly the month's limit. */
export const HOLD_MICRO_USD = 304_000;
const LIMIT_MICRO_USD = 3_040_000;
const CONFIG = `version: 1
budget: { per-month: 3.04 }
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4, provider: prospolabs }
`;

/** Fifteen of a hundred requests of git go wrong. */
const SHARES: Readonly<Partial<Record<ProxyFault, number>>> = {
  dropped: 0.04,
  'answer-lost': 0.04,
  unavailable: 0.04,
  truncated: 0.03,
};

export interface WritersFigures {
  readonly writers: number;
  readonly bought: number;
  readonly refused: number;
  /** The most that was ever on record at once, in micro-dollars. */
  readonly mostMicroUsd: number;
  readonly limitMicroUsd: number;
  readonly billMicroUsd: number;
  readonly commits: number;
  readonly gitRequests: number;
  readonly faults: number;
  readonly problems: readonly string[];
  readonly log: string;
}

/** So many runs at the same moment, each for a purchase of its own, with money for a few of them. */
export async function raceWriters(
  writers: number,
  networkSeed: number | null,
): Promise<WritersFigures> {
  const strike = networkSeed == null ? null : seededFaults(networkSeed, SHARES);
  const world = await openWorld({
    config: CONFIG,
    limitMicroUsd: LIMIT_MICRO_USD,
    ...(strike != null && {
      network: {
        faults: (request) => (request.path.startsWith('/git/') ? strike(request) : undefined),
        latencyMs: [5, 40],
        seed: networkSeed ?? 1,
      },
    }),
  });
  try {
    const steps = Array.from({ length: writers }, (_, index) => ({
      workspace: world.checkout(),
      runId: index + 1,
      inputs: { take: `${index + 1}` },
    }));
    const runs = await Promise.all(steps.map((step) => world.start(step).finished));
    const problems = checkLedger(world);
    const entries = readLedger(world);
    const bought = runs.filter(({ exitCode }) => exitCode === 0).length;
    const refused = runs.filter(
      ({ exitCode, stdout }) => exitCode === 1 && stdout.includes('Budget exceeded'),
    ).length;
    const charges = world.emulator.bill.length;
    if (bought + refused !== writers)
      problems.push(`${writers - bought - refused} WRITERS ended in another way`);
    if (charges !== bought) problems.push(`${charges} CHARGES for ${bought} runs that ended well`);
    if (entries.length !== bought || entries.some(({ state }) => state !== 'recorded'))
      problems.push(`LEDGER: ${entries.map(({ state }) => state).join(', ')}`);
    const totals = totalsOfHistory(world);
    const mostMicroUsd = Math.max(...totals);
    if (mostMicroUsd > LIMIT_MICRO_USD) problems.push(`OVERSHOOT: ${mostMicroUsd} on record`);
    return {
      writers,
      bought,
      refused,
      mostMicroUsd,
      limitMicroUsd: LIMIT_MICRO_USD,
      billMicroUsd: world.emulator.totalMicroUsd(),
      commits: totals.length,
      gitRequests: world.emulator.requests.filter(({ mount }) => mount === 'git').length,
      faults: Object.values(world.proxy?.counts ?? {}).reduce((sum, count) => sum + count, 0),
      problems,
      log: runs.map(sayRun).join('\n===\n'),
    };
  } finally {
    await world.close();
  }
}

/** What was on record after every single write. */
function totalsOfHistory({ server }: World): number[] {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', server, ...args], { encoding: 'utf8' })
      .trim()
      .split('\n');
  const costs = new Map<string, number>();
  const costOfBlob = (id: string) => {
    const known = costs.get(id);
    if (known != null) return known;
    const entries: Entry[] = git('cat-file', 'blob', id).map((line) => JSON.parse(line));
    const cost = entries.reduce((sum, entry) => sum + costOf(entry), 0);
    costs.set(id, cost);
    return cost;
  };
  return git('rev-list', LEDGER_BRANCH).map((commit) =>
    git('ls-tree', '-r', commit)
      .filter((line) => line.includes('\tpurchases/'))
      .map((line) => costOfBlob(line.split(/\s/)[2] ?? ''))
      .reduce((sum, cost) => sum + cost, 0),
  );
}
