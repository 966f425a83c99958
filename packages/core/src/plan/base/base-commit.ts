import type { Lockfile } from '../../model/lockfile/lockfile.ts';
import type { Transfer } from '../../model/transfer.ts';

/** A file as a commit holds it. */
export interface CommittedFile {
  readonly blobId: string;
  /** A symbolic link: its blob is the path that it leads to. */
  readonly isLink: boolean;
}

/** A commit of the base branch: what it asks for, what it holds, and what its lockfile says was made. */
export interface BaseCommit {
  readonly commit: string;
  /** By the config of that commit. */
  readonly transfers: readonly Transfer[];
  readonly lockfile: Lockfile;
  /** By path from the workspace. */
  readonly files: ReadonlyMap<string, CommittedFile>;
}

/** What a pull request is compared with, or why it cannot be. */
export type MergeBase =
  | ({ readonly kind: 'read' } & BaseCommit)
  | { readonly kind: 'unknown'; readonly problem: string };
