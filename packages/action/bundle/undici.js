/**
 * The part of undici that the core uses. Its own index also loads fetch, caches, mocks, WebSockets and a client for
 * SQLite: a third more to read before the first request.
 *
 * @actions/http-client, which brings an older undici along, is given this one: it asks for nothing but `ProxyAgent`, and
 * only for Octokit behind a proxy, which the bundle does not contain.
 */
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// As its index does: `request` and `connect` of every agent.
Object.assign(Dispatcher.prototype, api);

export { Agent, Pool, ProxyAgent };
