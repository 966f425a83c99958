import { jsonReply } from '../../http/exchange.ts';
import { instant, notFound, page } from './answers.ts';
import { user } from './issues.ts';
import type { Route } from './route.ts';
import type { PullRequest, WorldInside } from './world.ts';

/** Pull requests by their number, and by a commit (docs: List pull requests associated with a commit). */
export function pullRoutes(world: WorldInside): readonly Route[] {
  const common = {
    method: 'GET',
    site: 'rest-pull',
    needs: ['pull-requests'],
    access: 'read',
  } as const;
  return [
    {
      ...common,
      pattern: /^\/pulls\/(\d+)$/,
      answer({ repository, parts: [number = ''] }) {
        const pull = world.pullRequest(repository, Number(number));
        return pull === undefined ? notFound() : jsonReply(200, describe(pull, repository));
      },
    },
    {
      ...common,
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
  ];
}

function describe(pull: PullRequest, repository: string) {
  const { merged } = pull;
  return {
    number: pull.number,
    state: merged == null ? 'open' : 'closed',
    merged_at: merged == null ? null : instant(merged.atMs),
    merge_commit_sha: merged?.commitSha ?? null,
    user: user(pull.author),
    head: { sha: pull.headSha, ref: 'change', repo: { full_name: pull.headRepository } },
    base: { sha: pull.baseSha, ref: pull.baseRef, repo: { full_name: repository } },
    labels: [...pull.labels].map((name) => ({ name })),
  };
}
