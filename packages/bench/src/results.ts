/** What `docs/benchmarks.json` keeps: of each table the newest measurement. Seconds, MB of 10^6 or 2^20 as named. */
export interface Benchmarks {
  readonly jobs?: Measured<JobsRow>;
  readonly memory?: Measured<MemoryRow>;
  readonly plan?: Measured<PlanRow>;
  readonly start?: Measured<StartRow>;
  readonly faults?: Measured<FaultsRow>;
  readonly ledger?: Measured<LedgerRow>;
  readonly growth?: Measured<GrowthRow>;
}

export type TableName = keyof Benchmarks;

export interface Measured<Row> {
  /** `2026-11-21` */
  readonly date: string;
  readonly cores: number;
  readonly node: string;
  /** Of the clients beside ours. */
  readonly versions: Readonly<Record<string, string>>;
  /** Each figure is the median of so many runs. */
  readonly rounds: number;
  /** The share of the processors that other work took meanwhile. */
  readonly others: number;
  readonly rows: readonly Row[];
}

export interface JobsRow {
  readonly jobs: number;
  readonly client: string;
  readonly overS: number;
  readonly processorS: number;
  readonly peakMb: number;
  readonly requestsPerJob: number;
  readonly detectionMs: number | null;
  readonly deliveryMs: number | null;
  readonly delivered: number;
  readonly billed: number;
  readonly twice: number;
}

export interface MemoryRow {
  readonly videos: number;
  readonly videoMb: number;
  readonly client: string;
  readonly peakMb: number;
  readonly processorS: number;
  readonly wallS: number;
  readonly delivered: number;
}

export interface PlanRow {
  readonly transfers: number;
  readonly what: string;
  readonly wallS: number;
  readonly processorS: number;
  readonly peakMb: number;
}

export interface StartRow {
  readonly what: string;
  readonly wallS: number;
}

export interface FaultsRow {
  readonly fault: string;
  readonly client: string;
  readonly jobs: number;
  readonly delivered: number;
  readonly held: number;
  readonly billed: number;
  readonly twice: number;
  readonly wallS: number;
}

export interface LedgerRow {
  readonly what: string;
  /** `null` where what is measured is a plan. */
  readonly jobs: number | null;
  readonly ledger: 'git' | 'none' | 'node -e 0';
  readonly wallS: number;
  readonly processorS: number;
  readonly delivered: number;
  readonly pushes: number;
  readonly pushesPerMinute: number;
}

export interface GrowthRow {
  readonly transfers: number;
  /** `plan`, `run`, `comment`, `lockfile`, ... */
  readonly what: string;
  readonly unit: 's' | 'MB' | 'kB';
  readonly value: number;
}
