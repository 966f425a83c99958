import type { Clock } from '../../clock.ts';
import type { FaultSite } from '../../faults/fault.ts';
import type { HostedRepository } from '../../git/git-host.ts';
import type { Exchange, Reply } from '../../http/exchange.ts';
import type { Mount } from '../../server/mount.ts';
import { judgeAnswer, judgeQuestion } from '../contract/judge.ts';
import type { ServedRepository } from '../raw-host.ts';
import { type ArtifactSource, actionRoutes } from './actions.ts';
import { instant, notAccessible, notFound, refuse } from './answers.ts';
import { contentRoutes } from './content.ts';
import { gitDataRoutes } from './git-data.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';
import type { Route } from './route.ts';
import { statusRoutes } from './statuses.ts';
import type { Token, WorldInside } from './world.ts';

const LIMIT = 1_000;

/**
 * The few calls of GitHub's REST API (version 2022-11-28) that an Action makes about its pull request,
 * with the status codes and messages of api.github.com; and its GraphQL API.
 */
export function createRestApi(parts: {
  readonly origin: string;
  readonly clock: Clock;
  readonly world: WorldInside;
  readonly repositories: ReadonlyMap<string, ServedRepository>;
  /** What is pushed to, and committed to by the API. */
  readonly hosted: ReadonlyMap<string, HostedRepository>;
  readonly artifacts: ArtifactSource;
  /** Takes what GitHub's description of its API says against a question, or against an answer of ours. */
  readonly onViolation: (violation: string) => void;
}): Mount {
  const { clock, world, repositories, hosted, onViolation } = parts;
  const apiUrl = `${parts.origin}/api`;
  const routes = [
    ...issueRoutes(world, clock),
    ...pullRoutes(world),
    ...statusRoutes(world),
    ...contentRoutes,
    ...gitDataRoutes(clock, hosted),
    ...actionRoutes(world, parts.artifacts, clock),
  ];

  const answer = async (exchange: Exchange): Promise<Reply> => {
    const { authorization } = exchange.headers;
    const value = /^(?:Bearer|token) (\S+)$/i.exec(authorization ?? '')?.[1];
    const token = value === undefined ? undefined : world.token(value);
    if (authorization !== undefined && token === undefined) return refuse(401, 'Bad credentials');
    if (exchange.headers['user-agent'] === undefined) {
      return refuse(
        403,
        'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
      );
    }
    if (exchange.path === '/graphql') {
      if (token === undefined)
        return refuse(401, 'This endpoint requires you to be authenticated.');
      // Its schema is large, and few ask.
      const { answerGraphql } = await import('../graphql.ts');
      return answerGraphql(exchange, token, { clock, hosted, onViolation });
    }
    const found = findRoute(routes, exchange);
    if (found === undefined) return notFound();
    const served = repositories.get(found.repository.toLowerCase());
    if (served === undefined) return notFound();
    const refused = checkAccess(found.route, served, token);
    if (refused !== undefined) return refused;
    const { route, repository, parts: captured } = found;
    return route.answer({ exchange, repository, served, token, parts: captured, apiUrl });
  };

  return {
    name: 'api',
    siteOf(exchange): FaultSite | undefined {
      if (exchange.path === '/graphql') return { at: 'rest-graphql' };
      const found = findRoute(routes, exchange);
      return found === undefined ? undefined : { at: found.route.site };
    },
    async handle(exchange) {
      const remaining = world.takeCall();
      const headers = {
        'x-ratelimit-limit': String(LIMIT),
        'x-ratelimit-remaining': String(Math.max(remaining ?? LIMIT, 0)),
        'x-ratelimit-reset': String(Math.ceil(clock.nowMs() / 1000) + 3_600),
        'x-github-request-id': 'EMULATED',
        date: new Date(clock.nowMs()).toUTCString(),
      };
      const reply =
        remaining !== undefined && remaining < 0
          ? refuse(403, 'API rate limit exceeded for installation ID 1.')
          : await answer(exchange);
      for (const violation of judge(exchange, reply)) parts.onViolation(violation);
      return { ...reply, headers: { ...headers, ...reply.headers } };
    },
    errorBody: (status) => ({ message: `emulated HTTP ${status}`, at: instant(clock.nowMs()) }),
  };
}

function judge({ method, path, url, json }: Exchange, { status, body }: Reply): string[] {
  if (path === '/graphql' || status >= 400) return [];
  return [
    ...judgeQuestion({ method, path, query: url.searchParams, body: json }),
    ...judgeAnswer(method, path, status, 'json' in body ? body.json : undefined),
  ];
}

function findRoute(routes: readonly Route[], { method, path }: Exchange) {
  const [, owner = '', name = '', rest = ''] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(rest) : null;
    if (match === null) continue;
    return { route, repository: `${owner}/${name}`, parts: match.slice(1).map(decode) };
  }
  return undefined;
}

/** Public repositories are read by anybody; a token without the permission may not write. */
function checkAccess(
  route: Route,
  { visibility }: ServedRepository,
  token: Token | undefined,
): Reply | undefined {
  const levels = route.needs.map((name) => token?.permissions[name] ?? 'none');
  if (token === undefined) {
    if (visibility === 'private') return notFound();
    return route.access === 'read' && route.needs.length > 0 && route.tokenOnly !== true
      ? undefined
      : refuse(401, 'Requires authentication');
  }
  if (levels.includes('write') || route.needs.length === 0) return undefined;
  if (route.access === 'write') return notAccessible();
  return visibility === 'public' || levels.includes('read') ? undefined : notAccessible();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
