import { NoAnswerError } from '@motion-transfer/core';
import * as z from 'zod';
import type { GitHubClient } from './client.ts';
import { parseJson } from './client.ts';
import { GitHubRefusalError } from './errors.ts';

const time = z.string().transform((text) => Date.parse(text));
const account = z.object({ login: z.string() }).nullish();
const comment = z.object({
  id: z.number(),
  user: account,
  body: z.string().nullish(),
  updated_at: time,
});
const event = z.object({
  event: z.string(),
  actor: account,
  created_at: time,
  label: z.object({ name: z.string() }).nullish(),
});
const pull = z.object({
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ sha: z.string(), ref: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});
const status = z.object({
  context: z.string(),
  description: z.string().nullish(),
  creator: account,
  created_at: time,
});
const permission = z.object({ permission: z.string(), role_name: z.string().nullish() });

export interface Comment {
  readonly id: number;
  readonly login: string;
  readonly body: string;
}

export interface Status {
  readonly creator: string;
  readonly description: string;
  readonly atMs: number;
}

export interface NewStatus {
  readonly state: 'success' | 'failure';
  readonly context: string;
  /** At most 140 characters. */
  readonly description: string;
  readonly targetUrl: string | null;
}

export interface LabelEvent {
  readonly event: 'labeled' | 'unlabeled';
  readonly label: string;
  readonly actor: string;
  readonly atMs: number;
}

/** The questions about one pull request that this action asks, as plain data. Each call may throw GitHubRefusalError or NoAnswerError. */
export interface PullRequestApi {
  /** Every comment of every page. */
  comments(): Promise<readonly Comment[]>;
  createComment(body: string): Promise<void>;
  updateComment(id: number, body: string): Promise<void>;
  deleteComment(id: number): Promise<void>;
  /** Statuses of a commit under one context, newest first. GitHub has no call that changes or removes one. */
  statuses(sha: string, context: string): Promise<readonly Status[]>;
  addStatus(sha: string, status: NewStatus): Promise<void>;
  /** Whose the token is: the author of the comments and statuses it writes. */
  ownLogin(): Promise<string>;
  labelEvents(): Promise<readonly LabelEvent[]>;
  /** `admin`, `maintain`, `write`, `triage`, `read` or `none`. */
  roleOf(login: string): Promise<string>;
  current(): Promise<{
    readonly headSha: string;
    readonly baseSha: string;
    readonly baseRef: string;
    /** Its head lives in another repository, or in one that is gone. */
    readonly isFork: boolean;
    readonly labels: readonly string[];
  }>;
}

export function createPullRequestApi(
  client: GitHubClient,
  repository: string,
  number: number,
): PullRequestApi {
  const base = `/repos/${repository}`;
  const one = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value> =>
    parse(schema, parseJson((await client.get(path)).text), path);
  return {
    async comments() {
      const path = `${base}/issues/${number}/comments`;
      return parse(z.array(comment), await client.list(path), path).map(({ id, user, body }) => ({
        id,
        login: user?.login ?? '',
        body: body ?? '',
      }));
    },
    async createComment(body) {
      await client.write('POST', `${base}/issues/${number}/comments`, { body });
    },
    async updateComment(id, body) {
      await client.write('PATCH', `${base}/issues/comments/${id}`, { body });
    },
    async deleteComment(id) {
      await client.write('DELETE', `${base}/issues/comments/${id}`);
    },
    async statuses(sha, context) {
      const path = `${base}/commits/${sha}/statuses`;
      return parse(z.array(status), await client.list(path), path)
        .filter((item) => item.context === context)
        .map(({ creator, description, created_at }) => ({
          creator: creator?.login ?? '',
          description: description ?? '',
          atMs: created_at,
        }));
    },
    async addStatus(sha, { state, context, description, targetUrl }) {
      const body = { state, context, description, target_url: targetUrl };
      await client.write('POST', `${base}/statuses/${sha}`, body);
    },
    ownLogin: () => client.viewerLogin(),
    async labelEvents() {
      const path = `${base}/issues/${number}/events`;
      return parse(z.array(event), await client.list(path), path).flatMap(
        ({ event: kind, actor, created_at, label }) =>
          (kind === 'labeled' || kind === 'unlabeled') && label != null
            ? [
                {
                  event: kind,
                  label: label.name,
                  actor: actor?.login ?? '',
                  atMs: created_at,
                } as const,
              ]
            : [],
      );
    },
    async roleOf(login) {
      const path = `${base}/collaborators/${encodeURIComponent(login)}/permission`;
      try {
        const { permission: level, role_name: role } = await one(path, permission);
        return role ?? level;
      } catch (error) {
        if (error instanceof GitHubRefusalError && error.status === 404) return 'none';
        throw error;
      }
    },
    async current() {
      const { head, base: into, labels } = await one(`${base}/pulls/${number}`, pull);
      return {
        headSha: head.sha,
        baseSha: into.sha,
        baseRef: into.ref,
        isFork: head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
        labels: labels.map(({ name }) => name),
      };
    },
  };
}

/** @throws NoAnswerError when an answer is not what the documentation says. */
export function parse<Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new NoAnswerError(`GitHub's answer to ${path} is not what its documentation says`, {
    cause: parsed.error,
  });
}
