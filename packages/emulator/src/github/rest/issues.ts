import type { Clock } from '../../clock.ts';
import { bytesReply, jsonReply } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { instant, notFound, page, refuse } from './answers.ts';
import type { Route } from './route.ts';
import type { Account, IssueComment, IssueEvent, Role, WorldInside } from './world.ts';

/** GitHub refuses longer comments with 422. */
const MAX_BODY_CHARACTERS = 65_536;

export function issueRoutes(world: WorldInside, clock: Clock): readonly Route[] {
  const pullOf = (repository: string, number: string) =>
    world.pullRequest(repository, Number(number));
  return [
    {
      method: 'GET',
      pattern: /^\/issues\/(\d+)\/comments$/,
      site: 'rest-comments',
      needs: ['issues', 'pull-requests'],
      access: 'read',
      answer({ repository, exchange, apiUrl, parts: [number = ''] }) {
        const pull = pullOf(repository, number);
        return pull === undefined ? notFound() : page(exchange, apiUrl, pull.comments.map(comment));
      },
    },
    {
      method: 'POST',
      pattern: /^\/issues\/(\d+)\/comments$/,
      site: 'rest-write',
      needs: ['issues', 'pull-requests'],
      access: 'write',
      answer({ repository, exchange, token, parts: [number = ''] }) {
        const pull = pullOf(repository, number);
        if (pull === undefined || token === undefined) return notFound();
        const body = readBody(exchange.json);
        if ('problem' in body) return body.problem;
        return jsonReply(201, comment(world.write(pull, token.account, body.text)));
      },
    },
    {
      method: 'PATCH',
      pattern: /^\/issues\/comments\/(\d+)$/,
      site: 'rest-write',
      needs: ['issues', 'pull-requests'],
      access: 'write',
      answer({ repository, exchange, parts: [id = ''] }) {
        const found = world.findComment(repository, Number(id));
        if (found === undefined) return notFound();
        const body = readBody(exchange.json);
        if ('problem' in body) return body.problem;
        found.body = body.text;
        found.updatedAtMs = clock.nowMs();
        return jsonReply(200, comment(found));
      },
    },
    {
      method: 'DELETE',
      pattern: /^\/issues\/comments\/(\d+)$/,
      site: 'rest-write',
      needs: ['issues', 'pull-requests'],
      access: 'write',
      answer: ({ repository, parts: [id = ''] }) =>
        world.removeComment(repository, Number(id)) ? bytesReply(204, Buffer.alloc(0)) : notFound(),
    },
    {
      method: 'GET',
      pattern: /^\/issues\/(\d+)\/(?:events|timeline)$/,
      site: 'rest-events',
      needs: ['issues', 'pull-requests'],
      access: 'read',
      answer({ repository, exchange, apiUrl, parts: [number = ''] }) {
        const pull = pullOf(repository, number);
        return pull === undefined ? notFound() : page(exchange, apiUrl, pull.events.map(event));
      },
    },
    {
      method: 'GET',
      pattern: /^\/collaborators\/([^/]+)\/permission$/,
      site: 'rest-permission',
      needs: [],
      access: 'read',
      answer({ repository, parts: [login = ''] }) {
        const role = world.role(repository, login);
        if (role === undefined) return refuse(404, `${login} is not a user`);
        return jsonReply(200, { permission: permissionOf(role), role_name: role, user: { login } });
      },
    },
  ];
}

/** The five roles in the older words that `permission` has. */
function permissionOf(role: Role): string {
  if (role === 'maintain') return 'write';
  return role === 'triage' ? 'read' : role;
}

function readBody(json: unknown) {
  const body = isRecord(json) ? json.body : undefined;
  if (typeof body !== 'string' || body === '') {
    const errors = [{ resource: 'IssueComment', code: 'missing_field', field: 'body' }];
    return { problem: refuse(422, 'Validation Failed', errors) };
  }
  if (body.length > MAX_BODY_CHARACTERS) {
    const message = `body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
    const errors = [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }];
    return { problem: refuse(422, 'Validation Failed', errors) };
  }
  return { text: body };
}

export function user({ login, id, type }: Account) {
  return { login, id, type };
}

function comment({ id, user: author, body, createdAtMs, updatedAtMs }: IssueComment) {
  return {
    id,
    user: user(author),
    body,
    created_at: instant(createdAtMs),
    updated_at: instant(updatedAtMs),
  };
}

function event({ id, event: kind, actor, atMs, label }: IssueEvent) {
  return {
    id,
    event: kind,
    actor: user(actor),
    created_at: instant(atMs),
    ...(label === null ? {} : { label: { name: label, color: 'ededed' } }),
  };
}
