import type { BillEntry, PullRequest } from '@motion-transfer/emulator';

/**
 * Records as one bundle wrote them, once for each kind of ledger. `repository.bundle` holds the real commits
 * of all scenarios; each ledger has a directory with everything else.
 */
export const REPOSITORY_BUNDLE = 'repository.bundle';
/** Where purchases are on record, besides the journal and the lockfile. */
export const LEDGERS = ['git', 'file', 'none'] as const;
export type Ledger = (typeof LEDGERS)[number];

/** The files in the directory of a ledger. */
export const FILES = {
  scenario: 'scenario.json',
  /** Not kept for the ledger in a file: it is like the one beside a ledger on a branch. */
  journal: 'state/journal.jsonl',
  checkoutId: 'state/checkout-id',
  /** Of the run that bought what is recorded. */
  results: 'results.json',
  /** The ledger's branch with its real commits. */
  gitLedger: 'ledger.bundle',
  fileLedger: 'ledger.json',
  /** Of `APPROVED` alone: at `start`, where it is to be bought, and at `delivered`, where it is reused. */
  planOfPurchase: 'plan-of-purchase.json',
  planOfReuse: 'plan-of-reuse.json',
  /** Of all transfers, at `interrupted`. */
  planOfInterrupted: 'plan-of-interrupted.json',
  /** On a pull request whose head is `start`. */
  comment: 'comment.md',
} as const;

/** Branches of the repository, per ledger. */
export type Branch =
  /** Assets and configs. */
  | 'start'
  /** With the videos and the lockfile of the first run, which delivered them. */
  | 'delivered'
  /** With the working tree of the last run, which was killed. */
  | 'interrupted';
export const branchOf = (ledger: Ledger, branch: Branch) => `${ledger}/${branch}`;

/** Relative to the workspace, as in the config. */
export const LEDGER_FILE = '../ledger.json';
export const STATE_DIRECTORY = '.git/motion-transfer';
export const LOCKFILE = 'motion-transfer.lock.json';
export const CONFIG = '.github/motion-transfer.yml';
/** A config of its own for what may be bought again, because it cost nothing. */
export const FREE_AGAIN_CONFIG = '.github/free-again.yml';
/** The reference clip of every transfer. */
export const MOTION = 'wave.mp4';
/** Input `only` of the two plans that are given as approved ones. */
export const APPROVED = 'animations/delivered';
export const PULL_REQUEST = 7;

/** What is needed to restore a scenario, and its transfers by id, as they were at the end. */
export interface Scenario {
  /** Of the emulator at the time: part of the addresses on record. */
  readonly origin: string;
  /** The runs that left purchases open. */
  readonly runIds: readonly number[];
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Bought and delivered, or a copy of that. */
  readonly recorded: readonly string[];
  /** Paid for and not delivered yet. */
  readonly open: readonly string[];
  /** Whether they were accepted is not known and cannot be looked up. */
  readonly unknown: readonly string[];
  /** Failed and charged, failed too often, or written off as charged. */
  readonly blocked: readonly string[];
  /** Of `FREE_AGAIN_CONFIG`. */
  readonly freeAgain: readonly string[];
  /** The bill of every job that did not fail. */
  readonly jobs: readonly BillEntry[];
}

/** The payload of `pull_request` for a pull request within the repository. */
export function payloadOf(
  repository: string,
  { number, headSha, baseSha }: PullRequest,
): Record<string, unknown> {
  const repo = { full_name: repository };
  return {
    action: 'synchronize',
    number,
    pull_request: {
      number,
      head: { sha: headSha, ref: 'change', repo },
      base: { sha: baseSha, ref: 'main', repo },
    },
  };
}

/**
 * The result of a job: the reference clip and a box with the prompt, which differs between transfers. So the
 * same bytes can be made again, and the fixtures need not hold the videos of open jobs.
 */
export function videoOf(motion: Uint8Array, prompt: unknown): Buffer {
  const text = Buffer.from(String(prompt));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(header.length + text.length);
  header.write('free', 4, 'latin1');
  return Buffer.concat([motion, header, text]);
}
