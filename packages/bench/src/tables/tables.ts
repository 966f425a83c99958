import { faultsTable } from './faults.ts';
import { growthTable } from './growth.ts';
import { jobsTable } from './jobs.ts';
import { ledgerTable } from './ledger.ts';
import { memoryTable } from './memory.ts';
import { planTable } from './plan.ts';
import { startTable } from './start.ts';

/** In the order of docs/benchmarks.md. */
export const TABLES = [
  faultsTable,
  jobsTable,
  memoryTable,
  planTable,
  startTable,
  ledgerTable,
  growthTable,
] as const;
