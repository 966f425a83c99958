import type { Fault, FaultPoint } from '../faults/fault.ts';
import type { Exchange, Reply } from './exchange.ts';

/** Where in the conversation a request stands, for the faults that wait there. */
export interface FaultSite {
  readonly at: FaultPoint;
  readonly provider?: string;
}

/** One emulated service under one first path segment. */
export interface Mount {
  /**
   * That segment: a provider's name, or its name with a suffix for a further host of the same company;
   * else what the service is, such as `twirp` or `s3`.
   */
  readonly name: string;
  siteOf(exchange: Exchange): FaultSite | undefined;
  /** Does the work and answers. The fault is there for what only the service itself can do wrong. */
  handle(exchange: Exchange, fault: Fault | undefined): Promise<Reply>;
  /** The service's own error envelope, for injected errors without a body. */
  errorBody(status: number): unknown;
}
