import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** `npm run bench -- <package> [options]`: runs that package's benchmark. */
const packages = resolve(import.meta.dirname, '../packages');
const benchOf = (name: string) => join(packages, name, 'bench/bench.ts');
const [name = '', ...rest] = process.argv.slice(2);
if (!existsSync(benchOf(name))) {
  const known = readdirSync(packages).filter((candidate) => existsSync(benchOf(candidate)));
  console.error(`Usage: npm run bench -- <${known.join('|')}> [options]`);
  process.exit(2);
}
process.exitCode =
  spawnSync(process.execPath, [benchOf(name), ...rest], { stdio: 'inherit' }).status ?? 1;
