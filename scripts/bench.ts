import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * `npm run bench [-- <table>...] [--quick]` measures the bundle beside other clients (packages/bench);
 * `npm run bench -- <package>` runs that package's own benchmark.
 */
const root = resolve(import.meta.dirname, '..');
const packages = join(root, 'packages');
const benchOf = (name: string) => join(packages, name, 'bench/bench.ts');
const owners = readdirSync(packages).filter((name) => existsSync(benchOf(name)));

const args = process.argv.slice(2);
const [first = '', ...rest] = args;

function run(command: string, ...more: string[]): void {
  const { status } = spawnSync(command, more, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (owners.includes(first)) run(process.execPath, benchOf(first), ...rest);
else {
  if (args.includes('--help')) {
    console.log(`npm run bench [-- <table>...] [--quick] [--rounds 3] [--concurrency 64]
npm run bench -- ${owners.join('|')} [options]`);
    process.exit();
  }
  // Built, because a client must not wait until Node has stripped its types.
  run('npx', 'tsc', '-b', 'packages/bench');
  run(process.execPath, join(packages, 'bench/lib/main.js'), ...args);
  if (!args.includes('--quick')) run(process.execPath, 'scripts/generate-docs.ts');
}
