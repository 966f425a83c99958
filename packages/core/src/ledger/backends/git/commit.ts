/** Who the commits are by: the product, at a domain that can belong to nobody (RFC 2606). */
const AUTHOR = 'Motion Transfer <ledger@motion-transfer.invalid>';

export interface NewCommit {
  /** A ref that does not exist yet. */
  readonly ref: string;
  /** `null`: the first commit of the branch. */
  readonly parent: string | null;
  readonly message: string;
  readonly atMs: number;
  /** Paths are letters that need no quoting (ledger/files/file-rules.ts). */
  readonly changes: ReadonlyMap<string, string | null>;
}

/** The input of `git fast-import --done` (git-fast-import(1)): one process, however many files change. */
export function describeCommit(commit: NewCommit): string {
  const lines = [
    'feature done\n',
    `commit ${commit.ref}\n`,
    `committer ${AUTHOR} ${Math.floor(commit.atMs / 1000)} +0000\n`,
    data(commit.message),
  ];
  if (commit.parent != null) lines.push(`from ${commit.parent}\n`);
  for (const [path, text] of commit.changes) {
    lines.push(text == null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(text)}`);
  }
  lines.push('done\n');
  return lines.join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text, 'utf8')}\n${text}\n`;
}
