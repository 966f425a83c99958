import {
  firstLine,
  joinIntoLockfile,
  loadLockfile,
  type Repository,
} from '@motion-transfer/core/shell';
import type { ChosenOutput, LeftOut } from './choose-outputs.ts';
import type { Contents, StoredFile } from './contents.ts';
import { whyNoLfs } from './lfs.ts';
import { type Files, openTreeIndex } from './tree-index.ts';

/** The tree of a commit with outputs of ours in it. */
export interface OutputTree {
  readonly tree: string;
  /** It is the tree of the parent. */
  readonly isUnchanged: boolean;
  readonly outputs: readonly ChosenOutput[];
  readonly leftOut: readonly LeftOut[];
  /** The branch has a newer purchase of them, which counts; ours is in its lockfile too. */
  readonly outdated: readonly string[];
  /** Ids of what Git LFS must have before anybody fetches the commit. */
  readonly lfsObjects: readonly string[];
}

interface TreeRequest {
  readonly repository: Repository;
  readonly parent: string;
  readonly chosen: readonly ChosenOutput[];
  readonly contents: Contents;
}

/**
 * The parent's tree with our outputs and the lockfile in their places, and everything else as it is, made in a
 * repository of its own: that of the checkout is not touched.
 */
export async function makeTree(request: TreeRequest): Promise<OutputTree> {
  const { repository, parent, chosen } = request;
  const index = await openTreeIndex(repository, parent);
  const { git, files } = index;
  const filters = await readFilters(
    git,
    chosen.flatMap(({ output, webFiles }) => [output, ...webFiles.map(({ path }) => path)]),
  );
  const lfsProblem = [...filters.values()].includes('lfs')
    ? await whyNoLfs(repository, await readFile(repository, files, '.lfsconfig'))
    : null;

  const blobs = new Map<string, string>();
  const leftOut: LeftOut[] = [];
  const store = async (file: StoredFile) => {
    const filter = filters.get(file.output) ?? 'unspecified';
    const why = whyNotHere(files, file.output) ?? whyNotBy(filter, lfsProblem);
    const content =
      why == null
        ? await request.contents.store(file, filter === 'lfs')
        : ({ kind: 'left-out', why } as const);
    if (content.kind === 'stored') blobs.set(file.output, content.blob);
    else leftOut.push({ output: file.output, why: content.why });
  };
  for (const output of chosen) await store(output);
  const stored = chosen.filter(({ output }) => blobs.has(output));
  const joined = joinIntoLockfile(
    await loadLockfile((path) => readFile(repository, files, path)),
    Object.fromEntries(stored.map(({ output, locked }) => [output, locked])),
  );
  // Whichever purchase counts in the lockfile, its file must be there.
  const counts = ({ output, sha256 }: ChosenOutput) =>
    joined.lockfile.outputs[output]?.sha256 === sha256;
  const outputs = stored.filter(counts);
  const beside = outputs.flatMap(({ output, webFiles }) => {
    const recorded = new Set(
      joined.lockfile.outputs[output]?.webFiles?.map(({ sha256 }) => sha256),
    );
    return webFiles
      .filter(({ sha256 }) => recorded.has(sha256))
      .map(({ path, sha256 }) => ({ output: path, sha256 }));
  });
  for (const file of beside) await store(file);
  const committed = [...outputs, ...beside].filter(({ output }) => blobs.has(output));
  const changes = new Map(committed.map(({ output }) => [output, blobs.get(output) ?? '']));
  if (stored.length > 0) {
    for (const [path, input] of joined.files) {
      const args = ['hash-object', '-w', '--stdin', '--no-filters'];
      changes.set(path, firstLine(await git(args, { input })));
    }
  }
  await index.update(changes);
  const tree = await index.write();
  const before = firstLine(await git(['rev-parse', '--verify', `${parent}^{tree}`]));
  return {
    tree,
    isUnchanged: tree === before,
    outputs,
    leftOut,
    outdated: stored.filter((output) => !counts(output)).map(({ output }) => output),
    lfsObjects: committed
      .filter(({ output }) => filters.get(output) === 'lfs')
      .map(({ sha256 }) => sha256),
  };
}

/** `null` when the commit has no such file. */
async function readFile({ git }: Repository, files: Files, path: string): Promise<string | null> {
  const entry = files.get(path);
  if (entry == null) return null;
  return Buffer.from((await git(['cat-file', 'blob', entry.blob])).output).toString('utf8');
}

/** What filter each path goes through, by the attributes of the tree (gitattributes(5)). */
async function readFilters(
  git: Repository['git'],
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const args = ['check-attr', '--cached', '-z', '--stdin', 'filter'];
  const { output } = await git(args, { input: paths.map((path) => `${path}\0`).join('') });
  const fields = Buffer.from(output).toString('utf8').split('\0');
  const filters = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3)
    filters.set(fields[at] ?? '', fields[at + 2] ?? '');
  return filters;
}

/** Links and directories stay what they are, and so does what lies below them. */
function whyNotHere(files: Files, output: string): string | null {
  const there = files.get(output);
  if (there != null && !there.mode.startsWith('100'))
    return 'the branch has something else than a file at this path';
  const parts = output.split('/');
  const isBelowFile = parts.some((_, count) => files.has(parts.slice(0, count).join('/')));
  if (isBelowFile) return 'the branch has a file or a link where its directory should be';
  if (there == null && [...files.keys()].some((path) => path.startsWith(`${output}/`)))
    return 'the branch has a directory at this path';
  return null;
}

function whyNotBy(filter: string, lfsProblem: string | null): string | null {
  if (filter === 'unspecified' || filter === 'unset') return null;
  if (filter === 'lfs') return lfsProblem;
  return `.gitattributes sends it through the filter ${filter}, which this action does not run: commit it with git in a later step`;
}
