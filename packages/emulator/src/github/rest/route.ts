import type { FaultPoint } from '../../faults/fault.ts';
import type { Exchange, Reply } from '../../http/exchange.ts';
import type { ServedRepository } from '../raw-host.ts';
import type { Token, TokenPermissions } from './world.ts';

export interface RouteRequest {
  readonly exchange: Exchange;
  /** `owner/name` */
  readonly repository: string;
  readonly served: ServedRepository;
  readonly token: Token | undefined;
  /** What the pattern captured, decoded. */
  readonly parts: readonly string[];
  /** Without a trailing slash. */
  readonly apiUrl: string;
}

/** One call of the REST API below `/repos/{owner}/{repo}`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly pattern: RegExp;
  readonly site: FaultPoint;
  /** Any of these permissions lets it pass; none at all: every token may. */
  readonly needs: readonly (keyof TokenPermissions)[];
  readonly access: 'read' | 'write';
  /** Even public repositories answer this to a token only. */
  readonly tokenOnly?: boolean;
  answer(request: RouteRequest): Reply | Promise<Reply>;
}
