import type { IncomingHttpHeaders } from 'node:http';
import { bytesReply, type Reply, textReply } from '../http/exchange.ts';

/** A repository that is pushed to and fetched from. */
export interface GitAccess {
  /** Who may do what; a token in neither list is not known. None at all: everybody may do everything. */
  readonly tokens?: {
    readonly write?: readonly string[];
    readonly read?: readonly string[];
  };
  /** A public one (the default) can be fetched from without a token. */
  readonly visibility?: 'public' | 'private';
}

/** The refusal, in the words GitHub uses towards git; `undefined` lets the request through. */
export function refuse(
  access: GitAccess,
  headers: IncomingHttpHeaders,
  isPush: boolean,
): Reply | undefined {
  if (access.tokens === undefined) return undefined;
  const { write = [], read = [] } = access.tokens;
  const token = tokenOf(headers);
  if (token === undefined) {
    if (isPush) return challenge('No anonymous write access.');
    return access.visibility === 'private' ? challenge('Repository not found.') : undefined;
  }
  if (write.includes(token)) return undefined;
  if (!read.includes(token)) {
    return challenge(
      'Invalid username or token. Password authentication is not supported for Git operations.',
    );
  }
  return isPush ? textReply(403, 'Write access to repository not granted.') : undefined;
}

function challenge(text: string): Reply {
  return bytesReply(401, Buffer.from(text), {
    'content-type': 'text/plain; charset=utf-8',
    'www-authenticate': 'Basic realm="GitHub"',
  });
}

/** The password of a basic authorization, whoever the user is. */
function tokenOf({ authorization }: IncomingHttpHeaders): string | undefined {
  const [, encoded] = /^basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  return Buffer.from(encoded, 'base64').toString('utf8').split(':').slice(1).join(':');
}
