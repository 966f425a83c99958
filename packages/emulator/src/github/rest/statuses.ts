import { jsonReply } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { instant, notFound, page, refuse } from './answers.ts';
import type { Route } from './route.ts';
import type { CommitStatus, WorldInside } from './world.ts';

const STATES = ['error', 'failure', 'pending', 'success'];
/** GitHub refuses longer descriptions with 422. */
const MAX_DESCRIPTION_CHARACTERS = 140;

/** docs: REST API endpoints for commit statuses. */
export function statusRoutes(world: WorldInside): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: /^\/commits\/([0-9a-f]{40})\/statuses$/,
      site: 'rest-statuses',
      needs: ['statuses'],
      access: 'read',
      answer: ({ repository, exchange, apiUrl, parts: [sha = ''] }) =>
        page(exchange, apiUrl, world.statuses(repository, sha).map(status)),
    },
    {
      method: 'POST',
      pattern: /^\/statuses\/([0-9a-f]{40})$/,
      site: 'rest-write',
      needs: ['statuses'],
      access: 'write',
      answer({ repository, exchange, token, parts: [sha = ''] }) {
        if (token === undefined) return notFound();
        const fields = isRecord(exchange.json) ? exchange.json : {};
        const { state, context = 'default', description = '' } = fields;
        const isSound =
          typeof state === 'string' &&
          STATES.includes(state) &&
          typeof context === 'string' &&
          typeof description === 'string' &&
          description.length <= MAX_DESCRIPTION_CHARACTERS;
        if (!isSound) return refuse(422, 'Validation Failed');
        const { login } = token.account;
        const added = world.addStatus(repository, sha, login, { state, context, description });
        return jsonReply(201, status(added));
      },
    },
  ];
}

function status({ id, creator, state, context, description, createdAtMs }: CommitStatus) {
  return {
    id,
    state,
    context,
    description,
    creator: { login: creator.login, id: creator.id, type: creator.type },
    created_at: instant(createdAtMs),
    updated_at: instant(createdAtMs),
  };
}
