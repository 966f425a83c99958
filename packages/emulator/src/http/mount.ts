import type { Fault, FaultPoint } from '../faults/fault.ts';
import type { ProviderName } from '../types.ts';
import type { Exchange, Reply } from './exchange.ts';

export type MountName =
  | ProviderName
  /** A further host of the same company, such as its storage. */
  | `${ProviderName}-${string}`
  | 'twirp'
  | 'blob'
  | 'raw'
  | 'media'
  | 'files'
  | 'git'
  | 'api'
  | 's3'
  | 'none';

/** Where in the conversation a request stands, for the faults that wait there. */
export interface FaultSite {
  readonly at: FaultPoint;
  readonly provider?: ProviderName;
}

/** One emulated service under one first path segment. */
export interface Mount {
  readonly name: MountName;
  siteOf(exchange: Exchange): FaultSite | undefined;
  /** Does the work and answers. The fault is there for what only the service itself can do wrong. */
  handle(exchange: Exchange, fault: Fault | undefined): Promise<Reply>;
  /** The service's own error envelope, for injected errors without a body. */
  errorBody(status: number): unknown;
}
