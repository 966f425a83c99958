import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Measurement } from './docs/figures.ts';

/**
 * Puts what a command measured into `docs/promises.figures.json`, from which `npm run docs` writes the
 * table of docs/promises.md: `node scripts/record-figures.ts simulate 'npm run simulate' histories=20000`.
 */
const path = resolve(import.meta.dirname, '../docs/promises.figures.json');
const [name, command, ...pairs] = process.argv.slice(2);
const figures = pairs.map((pair) => /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(pair));
if (name == null || command == null || pairs.length === 0 || figures.includes(null)) {
  console.error("usage: node scripts/record-figures.ts <name> '<command>' '<what>=<number>' ...");
  process.exit(2);
}
const known: Record<string, Measurement> = JSON.parse(readFileSync(path, 'utf8'));
known[name] = {
  command,
  date: new Date().toISOString().slice(0, 10),
  figures: Object.fromEntries(
    figures.map((match) => [match?.[1]?.trim() ?? '', Number(match?.[2])]),
  ),
};
writeFileSync(path, `${JSON.stringify(known, null, 2)}\n`);
