import type { RequestRecord } from './request-log.ts';

/**
 * `arrived`: read, nothing done yet. `handled`: done, billed or written, the answer not sent.
 * `answered`: the whole answer was handed to the network.
 */
export type RequestMoment = 'arrived' | 'handled' | 'answered';

/**
 * Stands at every request, which waits for it; so a test can act at that very moment. With `drop` at
 * `arrived` nothing is done, at `handled` the answer is lost; at `answered` it says nothing.
 */
export type Checkpoint = (
  request: RequestRecord,
  moment: RequestMoment,
) => Promise<'pass' | 'drop'>;
