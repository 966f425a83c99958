import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/**
 * `count-tests.ts <report> ...`: adds up vitest's JSON reports and prints the closing line that CI ends
 * with. Fails when a report is missing, or when a test file of this repository is in none of them.
 */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly { readonly name: string }[];
}

const root = resolve(import.meta.dirname, '..');
const paths = process.argv.slice(2);
const reports = paths.flatMap(readReport);
const sum = (pick: (report: VitestReport) => number) =>
  reports.reduce((total, report) => total + pick(report), 0);
const passed = sum((report) => report.numPassedTests);
// A file that cannot even be loaded has no failed test of its own, but it is a failure.
const failed = Math.max(
  sum((report) => report.numFailedTests),
  sum((report) => report.numFailedTestSuites) > 0 ? 1 : 0,
);
const skipped = sum((report) => report.numPendingTests);
const left = listTestFilesWithoutResult();

for (const path of left) console.log(`${path} is in no report: no test of it was run`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
const isWhole = reports.length === paths.length && reports.length > 0 && left.length === 0;
process.exitCode = isWhole && passed > 0 && failed === 0 ? 0 : 1;

function readReport(path: string): VitestReport[] {
  try {
    return [JSON.parse(readFileSync(path, 'utf8'))];
  } catch (error) {
    console.log(
      `The report ${path} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
    return [];
  }
}

function listTestFilesWithoutResult(): string[] {
  const seen = new Set(
    reports.flatMap(({ testResults }) => testResults.map(({ name }) => relative(root, name))),
  );
  return globSync('packages/*/test/**/*.test.ts', { cwd: root }).filter(
    (path) => !seen.has(join(path)),
  );
}
