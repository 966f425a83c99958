import type { Fault, FaultSite } from '../faults/fault.ts';
import type { Exchange, Reply } from '../http/exchange.ts';

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
