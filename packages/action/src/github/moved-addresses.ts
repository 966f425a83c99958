import {
  adapters,
  describeMoved,
  type MovableAddress,
  movableAddresses,
} from '@motion-transfer/core/shell';
import type { Environment } from '../environment.ts';

/** A sentence about every address of a provider or of GitHub that is not the documented one; `null` where all are. */
export function describeMovedAddresses(environment: Environment): string | null {
  return describeMoved(
    [...movableAddresses(adapters), ...gitHubAddresses(environment)],
    environment,
  );
}

/** docs, Default environment variables: on other servers the runner itself names addresses of that server. */
function gitHubAddresses(environment: Environment): MovableAddress[] {
  const server = (environment.GITHUB_SERVER_URL || 'https://github.com').replace(/\/+$/, '');
  const host = URL.parse(server)?.host ?? '';
  const isCloud = host === 'github.com' || host.endsWith('.ghe.com');
  const api = isCloud ? `https://api.${host}` : `${server}/api/v3`;
  const what = "GitHub and the workflow's token";
  const results = environment.ACTIONS_RESULTS_URL ?? '';
  return [
    { variable: 'GITHUB_API_URL', what, documented: api },
    {
      variable: 'GITHUB_GRAPHQL_URL',
      what,
      documented: isCloud ? `${api}/graphql` : `${server}/api/graphql`,
    },
    { variable: 'MOTION_TRANSFER_GIT_BASE_URL', what, documented: server },
    // On another server no artifact is uploaded.
    ...(isResultsService(results) || !isCloud
      ? []
      : [
          {
            variable: 'ACTIONS_RESULTS_URL',
            what: 'uploads of artifacts',
            documented: 'https://results-receiver.actions.githubusercontent.com',
          },
        ]),
  ];
}

/** Any of its hosts: no page lists them. An assumption. */
function isResultsService(url: string): boolean {
  const { protocol = '', hostname = '' } = URL.parse(url) ?? {};
  return protocol === 'https:' && /\.(actions\.githubusercontent|ghe)\.com$/.test(hostname);
}
