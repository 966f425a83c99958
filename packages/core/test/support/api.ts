import type { ApiContext } from '../../src/http/call-api.ts';
import { createEndpoint } from '../../src/http/endpoint.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';
import type { Adapter } from '../../src/providers/adapter.ts';
import { makePorts } from './ports.ts';

export const TEST_KEY = 'sk-test-0123456789';

/** A provider as a run reaches it, moved to this machine by its own variables. */
export function loopbackApi<Options>(
  adapter: Adapter<Options>,
  environment: Readonly<Record<string, string>>,
  ports = makePorts(),
): ApiContext {
  const keys = Object.fromEntries(adapter.secrets.map((name) => [name, TEST_KEY]));
  const endpoint = createEndpoint(adapter as unknown as Adapter, { ...keys, ...environment });
  return { ports, endpoint, rateLimiter: createRateLimiter(ports, null) };
}
