import type { IncomingHttpHeaders } from 'node:http';
import type { FaultSite } from '../faults/fault.ts';
import { createJournal, type Journal } from '../journal.ts';

/** One request as it was received, and what became of it. */
export interface RequestRecord {
  /** Name of the mount that answers; `none` where there is none. */
  readonly mount: string;
  readonly method: string;
  /** The whole path, with the mount, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; `undefined` for anything else. */
  readonly body: unknown;
  readonly atMs: number;
  /** Where in the conversation it stands; absent where no fault can wait. */
  site?: FaultSite;
  /** `dropped`: the connection ended without a whole answer. */
  status: number | 'pending' | 'dropped';
}

export function createRequestLog(): Journal<RequestRecord> {
  return createJournal((record) => `${record.method} ${record.path} -> ${record.status}`);
}
