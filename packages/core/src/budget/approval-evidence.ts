import { sha256 } from '../model/hash.ts';
import { canonicalJson } from '../model/json/json.ts';
import { formatUsd } from '../model/money.ts';

/**
 * That a plan was shown in the pull request's comment, kept where nobody can change it afterwards: a commit
 * status of the head. The comment itself proves nothing, because whoever can edit it can move it.
 */
export interface ShownFacts {
  readonly headSha: string;
  readonly planDigest: string;
  readonly totalMicroUsd: number;
  /** What people read. */
  readonly text: string;
}

/** A record as GitHub keeps it, by GitHub's clock. */
export interface KeptRecord {
  readonly description: string;
  readonly atMs: number;
}

export type Proof =
  /** GitHub keeps no record for this commit. */
  | { readonly kind: 'none' }
  /** The newest record is of another plan, or of another text than the comment has now. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'shown'; readonly sinceMs: number };

interface ShownRecord {
  readonly isAgain: boolean;
  readonly plan: string;
  readonly text: string;
  readonly atMs: number;
}

const RECORD = /\b(first|again):([0-9a-f]{32}):([0-9a-f]{32})$/;

/** What the records say about a plan and the text that shows it; they come newest first. */
export function proveShown(facts: ShownFacts, kept: readonly KeptRecord[]): Proof {
  const records = parseRecords(kept);
  const [newest] = records;
  if (newest == null) return { kind: 'none' };
  if (newest.plan !== planMark(facts) || newest.text !== textMark(facts.text))
    return { kind: 'changed' };
  for (const { isAgain, plan, atMs } of records) {
    if (plan !== newest.plan) return { kind: 'changed' };
    if (!isAgain) return { kind: 'shown', sinceMs: atMs };
  }
  return { kind: 'changed' };
}

/** Whether a text is the one that was put on record last: then nobody has touched it since. */
export function isOnRecord(text: string, kept: readonly KeptRecord[]): boolean {
  return parseRecords(kept)[0]?.text === textMark(text);
}

/**
 * The description of the next record; `null` when the newest one says it already. The same plan in other
 * words has been shown all along, but only if what it replaces was ours entirely.
 */
export function nextRecord(
  facts: ShownFacts,
  kept: readonly KeptRecord[],
  replacesOurs: boolean,
): string | null {
  const proof = proveShown(facts, kept);
  if (proof.kind === 'shown' && replacesOurs) return null;
  const isAgain = replacesOurs && parseRecords(kept)[0]?.plan === planMark(facts);
  const marks = [isAgain ? 'again' : 'first', planMark(facts), textMark(facts.text)];
  // GitHub takes at most 140 characters.
  return `Plan shown, up to ${formatUsd(facts.totalMicroUsd)} ${marks.join(':')}`;
}

function parseRecords(kept: readonly KeptRecord[]): ShownRecord[] {
  return kept.flatMap(({ description, atMs }) => {
    const [, word, plan, text] = RECORD.exec(description) ?? [];
    return plan == null || text == null ? [] : [{ isAgain: word === 'again', plan, text, atMs }];
  });
}

/** 128 bits. */
const MARK_CHARACTERS = 32;

function planMark({ headSha, planDigest, totalMicroUsd }: ShownFacts): string {
  return sha256(canonicalJson([headSha, planDigest, totalMicroUsd])).slice(0, MARK_CHARACTERS);
}

function textMark(text: string): string {
  return sha256(text).slice(0, MARK_CHARACTERS);
}
