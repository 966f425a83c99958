import { jsonReply, type Reply } from '../http/exchange.ts';
import type { Fault } from './fault.ts';

/** The answer of a fault that keeps the request from being processed at all. */
export function refuseUnprocessed(
  fault: Fault | undefined,
  errorBody: (status: number) => unknown,
): Reply | undefined {
  switch (fault?.kind) {
    case 'error':
      return jsonReply(fault.status, fault.body ?? errorBody(fault.status), { ...fault.headers });
    case 'rate-limited':
      return jsonReply(429, errorBody(429), { 'retry-after': fault.retryAfter });
    case 'expired':
      return jsonReply(410, { code: 'output_expired' });
    case 'redirect':
      return jsonReply(fault.status ?? 302, {}, { location: fault.to });
    default:
      return undefined;
  }
}
