import { type Exchange, jsonReply } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { resolveCommit } from '../git-blobs.ts';
import type { ServedRepository } from '../raw-host.ts';
import { instant, notFound, page, refuse } from './answers.ts';
import { user } from './issues.ts';
import type { Route } from './route.ts';
import type { PullRequest, WorldInside } from './world.ts';

/** Pull requests by their number, by a commit, and by their branch; those of a workflow are created and changed too. */
export function pullRoutes(world: WorldInside): readonly Route[] {
  const reading = {
    method: 'GET',
    site: 'rest-pull',
    needs: ['pull-requests'],
    access: 'read',
  } as const;
  const writing = { site: 'rest-write', needs: ['pull-requests'], access: 'write' } as const;
  return [
    {
      ...reading,
      pattern: /^\/pulls\/(\d+)$/,
      async answer({ repository, served, parts: [number = ''] }) {
        const pull = world.pullRequest(repository, Number(number));
        if (pull === undefined) return notFound();
        return jsonReply(200, describe(await upToDate(pull, served), repository));
      },
    },
    {
      ...reading,
      pattern: /^\/commits\/([0-9a-f]{40})\/pulls$/,
      answer({ repository, exchange, apiUrl, parts: [sha = ''] }) {
        const found = world
          .pullRequests(repository)
          .filter(({ headSha, merged }) => headSha === sha || merged?.commitSha === sha);
        return page(
          exchange,
          apiUrl,
          found.map((pull) => describe(pull, repository)),
        );
      },
    },
    {
      ...reading,
      pattern: /^\/pulls$/,
      async answer({ repository, served, exchange, apiUrl }) {
        const found = world.pullRequests(repository).filter(isAskedFor(exchange));
        const pulls = await Promise.all(found.map((pull) => upToDate(pull, served)));
        // docs: List pull requests: the newest first.
        const listed = pulls.toReversed().map((pull) => describe(pull, repository));
        return page(exchange, apiUrl, listed);
      },
    },
    {
      ...writing,
      method: 'POST',
      pattern: /^\/pulls$/,
      async answer({ repository, served: { directory }, exchange, token }) {
        if (token === undefined) return notFound();
        if (token.account.type === 'Bot' && !world.mayActionsCreatePullRequests()) {
          return refuse(403, 'GitHub Actions is not permitted to create or approve pull requests.');
        }
        const { title, body, head, base } = textsOf(exchange.json);
        const headSha = await resolveCommit(directory, `refs/heads/${head}`);
        const baseSha = await resolveCommit(directory, `refs/heads/${base}`);
        const invalid = (message: string) =>
          refuse(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
        if (headSha === undefined || baseSha === undefined)
          return invalid('head or base is invalid');
        if (headSha === baseSha) return invalid(`No commits between ${base} and ${head}`);
        const isOpen = world
          .pullRequests(repository)
          .some((pull) => !pull.isClosed && pull.headRef === head && pull.baseRef === base);
        if (isOpen)
          return invalid(`A pull request already exists for ${repository.split('/')[0]}:${head}.`);
        const created = world.createPullRequest(repository, token.account, {
          headRef: head,
          headSha,
          baseRef: base,
          baseSha,
          title,
          body,
        });
        return jsonReply(201, describe(created, repository));
      },
    },
    {
      ...writing,
      method: 'PATCH',
      pattern: /^\/pulls\/(\d+)$/,
      answer({ repository, exchange, parts: [number = ''] }) {
        const pull = world.pullRequest(repository, Number(number));
        if (pull === undefined) return notFound();
        const { title, body } = textsOf(exchange.json);
        if (title !== '') pull.title = title;
        if (body !== '') pull.body = body;
        return jsonReply(200, describe(pull, repository));
      },
    },
  ];
}

function textsOf(json: unknown): Record<'title' | 'body' | 'head' | 'base', string> {
  const text = (name: string) =>
    isRecord(json) && typeof json[name] === 'string' ? json[name] : '';
  return { title: text('title'), body: text('body'), head: text('head'), base: text('base') };
}

function isAskedFor({ url }: Exchange): (pull: PullRequest) => boolean {
  const asked = (name: string) => url.searchParams.get(name);
  const state = asked('state') ?? 'open';
  return ({ isClosed, headRepository, headRef, baseRef }) =>
    (state === 'all' || isClosed === (state === 'closed')) &&
    [null, `${headRepository.split('/')[0]}:${headRef}`].includes(asked('head')) &&
    [null, baseRef].includes(asked('base'));
}

async function upToDate(pull: PullRequest, { directory }: ServedRepository): Promise<PullRequest> {
  if (pull.followsBranch && !pull.isClosed)
    pull.headSha = (await resolveCommit(directory, `refs/heads/${pull.headRef}`)) ?? pull.headSha;
  return pull;
}

function describe(pull: PullRequest, repository: string) {
  const { merged } = pull;
  return {
    number: pull.number,
    html_url: `https://github.com/${repository}/pull/${pull.number}`,
    state: pull.isClosed ? 'closed' : 'open',
    title: pull.title,
    body: pull.body,
    merged_at: merged == null ? null : instant(merged.atMs),
    merge_commit_sha: merged?.commitSha ?? null,
    user: user(pull.author),
    head: { sha: pull.headSha, ref: pull.headRef, repo: { full_name: pull.headRepository } },
    base: { sha: pull.baseSha, ref: pull.baseRef, repo: { full_name: repository } },
    labels: [...pull.labels].map((name) => ({ name })),
  };
}
