import * as z from 'zod';
import { parseBoundedJson } from '../../model/json/strict-json.ts';

const text = z.string().max(200);
const count = z.int().min(0);

const schema = z.object({
  /** The commit and the plan that the comment says it shows, and the total. Proven by a commit status alone. */
  headSha: text,
  planDigest: text,
  totalMicroUsd: count,
  /** To generate, reused, blocked. */
  counts: z.tuple([count, count, count]),
  /** Digest of what people read, to tell whether it changed. */
  content: text,
  asksApproval: z.boolean(),
  isWorthSaying: z.boolean(),
  /** Id, state and price of each transfer; empty when they are too many. */
  rows: z.array(z.tuple([text, text, count])).max(1_000),
});

/** What a section of the comment remembers for the next run. */
export type CommentState = z.output<typeof schema>;

export function encodeState(state: CommentState): string {
  return base64(JSON.stringify(state));
}

/** `null` for anything that is not a state: then the section is written anew. */
export function decodeState(encoded: string): CommentState | null {
  try {
    const parsed = schema.safeParse(parseBoundedJson(fromBase64(encoded)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function base64(content: string): string {
  return Buffer.from(content, 'utf8').toString('base64');
}

function fromBase64(encoded: string): string {
  return Buffer.from(encoded, 'base64').toString('utf8');
}
