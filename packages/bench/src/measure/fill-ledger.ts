import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTemporary } from './folders.ts';
import { type BenchRepository, commitAll, runGit } from './repository.ts';

const BRANCH = 'motion-transfer-ledger';
const STATE = 'state.json';

interface Sum {
  readonly charged: string;
  readonly held: string;
  readonly purchases: number;
}

/**
 * Repeats the one purchase of a real ledger until there are so many, as docs/ledger.md describes the branch: thousands of
 * real purchases would take hours. A ledger that does not agree with itself is refused, which would fail the plan after it.
 */
export function fillLedger({ bareDirectory }: BenchRepository, purchases: number): void {
  const directory = makeTemporary('ledger');
  try {
    const clone = ['clone', '--quiet', '--branch', BRANCH, bareDirectory, directory];
    runGit(dirname(bareDirectory), clone);
    const sample = takeSample(directory);
    const texts = linesByFile(sample, purchases);
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    writeFileSync(join(directory, STATE), stateOf(directory, texts, purchases));
    commitAll(directory);
    runGit(directory, ['push', '--quiet', 'origin', BRANCH]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Sample {
  readonly file: string;
  readonly purchase: Readonly<Record<string, unknown>>;
}

function takeSample(directory: string): Sample {
  const paths = readdirSync(join(directory, 'purchases'), { recursive: true, encoding: 'utf8' });
  const path = paths.find((each) => each.endsWith('.jsonl'));
  if (path == null) throw new Error('the ledger holds no purchase to repeat');
  const text = readFileSync(join(directory, 'purchases', path), 'utf8');
  rmSync(join(directory, 'purchases'), { recursive: true });
  return { file: path.split('/').at(-1) ?? '', purchase: JSON.parse(text.split('\n')[0] ?? '') };
}

/** By the first two digits of the key, in the order of keys. */
function linesByFile({ file, purchase }: Sample, purchases: number): ReadonlyMap<string, string> {
  const keys = Array.from({ length: purchases }, (_, index) => sha256(`purchase ${index}`));
  const texts = new Map<string, string>();
  for (const key of keys.toSorted()) {
    const path = `purchases/${key.slice(0, 2)}/${file}`;
    const line = `${JSON.stringify({ ...purchase, key })}\n`;
    texts.set(path, `${texts.get(path) ?? ''}${line}`);
  }
  return texts;
}

/** Totals of so many equal purchases, and what lies in each directory: its count, and the sha256 of its list of files. */
function stateOf(
  directory: string,

  texts: ReadonlyMap<string, string>,
  purchases: number,
): string {
  const state = JSON.parse(readFileSync(join(directory, STATE), 'utf8'));
  const multiplied = (sums: Readonly<Record<string, Sum>>) =>
    Object.fromEntries(
      Object.entries(sums).map(([name, { charged }]) => [
        name,
        { charged: times(charged, purchases), held: '$0.00', purchases },
      ]),
    );
  const directories = [...texts].map(([path, text]) => [
    dirname(path),
    {
      purchases: text.split('\n').length - 1,
      sha256: sha256(`${sha256(text)}  ${path}\n`).slice(0, 32),
    },
  ]);
  return JSON.stringify({
    ...state,
    months: multiplied(state.months),
    providers: multiplied(state.providers),
    runs: multiplied(state.runs),
    directories: Object.fromEntries(directories),
  });
}

function times(amount: string, count: number): string {
  return `$${(Number(amount.slice(1)) * count).toFixed(2)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
