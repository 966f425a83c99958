import type { Dispatcher } from 'undici';
import { messageOf, NeverSentError } from '../model/errors.ts';
import { adviseOnRefusal, type Way } from './proxy.ts';

interface Tunnels {
  readonly repeatable: Dispatcher;
  readonly once: Dispatcher;
}

/** undici's agents for a proxy: one that keeps its tunnels, and one that opens a new one for each request. */
export async function createTunnels(
  { proxy, variable }: Extract<Way, { readonly kind: 'proxy' }>,
  timeoutMs: number,
): Promise<Tunnels> {
  const { Pool, ProxyAgent } = await import('undici');
  /** Whatever goes wrong before a tunnel stands, nothing was said to the server behind it. */
  const clientFactory = (origin: URL, options: object): Dispatcher => {
    const pool = new Pool(origin, options);
    const open = pool.connect.bind(pool);
    const connect = async (request: Dispatcher.ConnectOptions) => {
      const answer = await open({ ...request, signal: AbortSignal.timeout(timeoutMs) }).catch(
        (cause: unknown) => {
          throw new NeverSentError(`the proxy opens no tunnel (${messageOf(cause)})`, { cause });
        },
      );
      if (answer.statusCode === 200) return answer;
      answer.socket.on('error', () => undefined).destroy();
      throw new NeverSentError(
        `the proxy opens no tunnel (HTTP ${answer.statusCode}); ${adviseOnRefusal(answer.statusCode, variable)}`,
      );
    };
    return Object.assign(pool, { connect });
  };
  const tls = { timeout: timeoutMs };
  const options = { uri: proxy.href, clientFactory, proxyTls: tls, requestTls: tls };
  return {
    repeatable: new ProxyAgent({ ...options, connections: 16 }),
    once: new ProxyAgent({ ...options, pipelining: 0 }),
  };
}
