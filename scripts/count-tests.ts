import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Adds up vitest's JSON reports and prints the closing line that CI ends with. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

const directory = process.argv[2] ?? 'out/reports';
const reports = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name): VitestReport => JSON.parse(readFileSync(join(directory, name), 'utf8')));
const sum = (pick: (report: VitestReport) => number) =>
  reports.reduce((total, report) => total + pick(report), 0);
const passed = sum((report) => report.numPassedTests);
// A file that cannot even be loaded has no failed test of its own, but it is a failure.
const failed = Math.max(
  sum((report) => report.numFailedTests),
  sum((report) => report.numFailedTestSuites) > 0 ? 1 : 0,
);
const skipped = sum((report) => report.numPendingTests);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
