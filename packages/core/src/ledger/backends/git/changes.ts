import { MAX_FILE_BYTES } from '../../files/file-rules.ts';
import type { LedgerChange, WantedChanges } from '../backend.ts';
import type { Repository } from './repository.ts';
import { listSizes, readBlobs, type TreeEntry } from './tree.ts';

/** Compared with their parents by one git; their texts are what memory holds at a time. */
const COMMITS_AT_ONCE = 200;

/**
 * Every commit between what is known and `tip`, compared with each of its parents. What no ledger has, such
 * as a link or a file beyond its size, is as good as not there.
 */
export async function* readChanges(
  repository: Repository,
  tip: string,
  { since, isWanted }: WantedChanges,
): AsyncGenerator<LedgerChange> {
  const pairs = await listCommits(repository, tip, since);
  for (let first = 0; first < pairs.length; first += COMMITS_AT_ONCE) {
    const batch = pairs.slice(first, first + COMMITS_AT_ONCE);
    const comparisons = (await compare(repository, batch)).map(({ commit, files }) => ({
      commit,
      files: files.filter(({ path }) => isWanted(path)),
    }));
    const texts = await readTexts(
      repository,
      comparisons.flatMap(({ files }) => files),
    );
    const sideOf = (files: readonly ChangedFile[], side: 'before' | 'after') =>
      new Map(
        files.flatMap((file) => {
          const text = texts.get(file[side] ?? '');
          return text == null ? [] : [[file.path, text] as const];
        }),
      );
    for (const { commit, files } of comparisons) {
      if (files.length === 0) continue;
      yield { version: commit, before: sideOf(files, 'before'), after: sideOf(files, 'after') };
    }
  }
}

/** `<commit> <parent>`, once for each parent, oldest first; `<commit>` alone where the history begins. */
async function listCommits(
  repository: Repository,
  tip: string,
  since: readonly string[],
): Promise<string[]> {
  const here = since.length === 0 ? new Set<string>() : await repository.historyOf(tip);
  const known = since.filter((commit) => here.has(commit));
  const input = [tip, ...known.map((commit) => `^${commit}`), ''].join('\n');
  const args = ['rev-list', '--reverse', '--topo-order', '--parents', '--stdin'];
  const { output } = await repository.git(args, { input });
  return decode(output)
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const [commit = '', ...parents] = line.split(' ');
      return parents.length === 0 ? [commit] : parents.map((parent) => `${commit} ${parent}`);
    });
}

interface ChangedFile {
  readonly path: string;
  /** Blobs; `null` where there is no plain file. */
  readonly before: string | null;
  readonly after: string | null;
}

interface Comparison {
  readonly commit: string;
  readonly files: ChangedFile[];
}

/** `<commit> NUL`, then for each file `:<mode> <mode> <blob> <blob> <letter> NUL <path> NUL` (git-diff-tree(1)). */
async function compare(repository: Repository, pairs: readonly string[]): Promise<Comparison[]> {
  const args = ['diff-tree', '--stdin', '-r', '--root', '--raw', '-z', '--no-abbrev'];
  const input = pairs.map((pair) => `${pair}\n`).join('');
  const { output } = await repository.git([...args, '--no-renames'], { input });
  const comparisons: Comparison[] = [];
  const fields = decode(output).split('\0').slice(0, -1);
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? '';
    if (!field.startsWith(':')) {
      comparisons.push({ commit: field, files: [] });
      continue;
    }
    const [modeBefore, modeAfter, before = '', after = ''] = field.slice(1).split(' ');
    at += 1;
    comparisons.at(-1)?.files.push({
      path: fields[at] ?? '',
      before: modeBefore === PLAIN_FILE ? before : null,
      after: modeAfter === PLAIN_FILE ? after : null,
    });
  }
  return comparisons;
}

const PLAIN_FILE = '100644';

async function readTexts(
  repository: Repository,
  files: readonly ChangedFile[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<string, string>();
  for (const { path, before, after } of files)
    for (const blob of [before, after]) if (blob != null) wanted.set(blob, path);
  const entries: TreeEntry[] = (await listSizes(repository, [...wanted.keys()]))
    .filter(({ bytes }) => bytes <= MAX_FILE_BYTES)
    .map(({ blob, bytes }) => ({ blob, bytes, path: wanted.get(blob) ?? '' }));
  const texts = new Map<string, string>();
  await readBlobs(repository, entries, ({ blob }, bytes) => {
    texts.set(blob, Buffer.from(bytes).toString('utf8'));
  });
  return texts;
}

function decode(output: Uint8Array): string {
  // Not UTF-8, in which different names could look the same.
  return Buffer.from(output).toString('latin1');
}
