import {
  PROXY_ADVICE,
  PROXY_SYNTAX_ADVICE,
  TRUST_ADVICE,
} from '../../../model/advice/network-advice.ts';
import type { GitExit } from '../../../ports.ts';

/** Why a fetch brought nothing. */
export type FetchFailure = 'branch-missing' | 'refused' | 'passing';

/**
 * git ends with 128 for almost everything, so that its words decide. Whatever is not known here is
 * taken for a passing fault, and looked at again.
 */
export function readFetchOutcome({ errorText }: GitExit): FetchFailure {
  if (/couldn't find remote ref/i.test(errorText)) return 'branch-missing';
  return isRefusal(errorText) ? 'refused' : 'passing';
}

export interface PushOutcome {
  /** `lost`: somebody else's commit is there. `refused`: however often it is tried; `unsigned`: as it is. */
  readonly kind: 'accepted' | 'lost' | 'unsigned' | 'refused' | 'unclear';
  /** git's word about the branch, e.g. `[remote rejected] (hook declined)`. */
  readonly summary: string;
}

/**
 * `git push --porcelain` ends with one line per branch: a flag, `from:to` and a summary, separated by tabs.
 * Only a line that says so counts as a push that went through, or as one that did not.
 */
export function readPushOutcome(ended: GitExit, branch: string): PushOutcome {
  const line = Buffer.from(ended.output)
    .toString('utf8')
    .split('\n')
    .map((text) => text.split('\t'))
    .find(([, names]) => names?.endsWith(`:refs/heads/${branch}`) === true);
  const [flag, , summary = ''] = line ?? [];
  if (ended.exitCode === 0 && (flag === ' ' || flag === '*')) return { kind: 'accepted', summary };
  return { kind: readRejection(summary, ended.errorText), summary };
}

/** Hooks, protected branches, rulesets, archived repositories. */
const NOT_ALLOWED =
  /declined|denied|deny|protected|ruleset|rule violation|policy|not permitted|refus|forbidden|prohibited|hidden ref|archived|read-only|checked out/i;

/** GitHub's words for a protected branch (GH006) and for a ruleset (GH013). */
const NOT_SIGNED = /commits must have (verified|valid) signatures|must be signed/i;

/**
 * `[rejected]` is git's own word, before anything was sent. `[remote rejected]` because the branch has
 * moved is not proof of a stranger: curl repeats by itself a request whose answer was lost on a
 * connection used before, and then it is our own first push that is in the way.
 */
function readRejection(
  summary: string,
  errorText: string,
): Exclude<PushOutcome['kind'], 'accepted'> {
  if (/^\[rejected\]/.test(summary)) return 'lost';
  const isRejected = /^\[remote rejected\]/.test(summary);
  if (isRejected && NOT_SIGNED.test(errorText)) return 'unsigned';
  if (isRejected && NOT_ALLOWED.test(summary)) return 'refused';
  return isRefusal(errorText) ? 'refused' : 'unclear';
}

/** Answers that repeating does not change: who we are, what is there, how we may talk to it. */
function isRefusal(errorText: string): boolean {
  // Asked to slow down, GitHub may use the same number as for a refusal.
  if (/rate limit|too many requests|abuse detection/i.test(errorText)) return false;
  return REFUSALS.some((pattern) => pattern.test(errorText));
}

const CERTIFICATE = /certificate (problem|verification failed)|unable to get local issuer/i;
/** Of the proxy itself, as curl words it. */
const PROXY = /\bHTTP code 40[137] from proxy|CONNECT tunnel failed, response 40[137]/i;

/** git's words for a proxy that is none, as its own configuration (`http.proxy`) may name it. */
const PROXY_SYNTAX = /unsupported proxy syntax|invalid proxy url/i;

/** What to do about a refusal; `null` where it is about who we are and what is there. */
export function adviseOnNetwork({ errorText }: GitExit): string | null {
  if (CERTIFICATE.test(errorText)) return TRUST_ADVICE;
  if (PROXY_SYNTAX.test(errorText)) return PROXY_SYNTAX_ADVICE;
  return PROXY.test(errorText) ? PROXY_ADVICE : null;
}

const REFUSALS = [
  /returned error: (30\d|40[134])\b/i,
  /\bHTTP (30\d|40[134])\b/,
  /authentication failed|terminal prompts disabled|could not read (username|password)/i,
  /permission (to .* )?denied|access denied|write access .* not granted/i,
  /host key verification failed/i,
  /repository .*not found|does not appear to be a git repository|dubious ownership/i,
  /transport '.*' not allowed/i,
  CERTIFICATE,
  PROXY,
  PROXY_SYNTAX,
  /mismatched algorithms|fsck error/i,
];
