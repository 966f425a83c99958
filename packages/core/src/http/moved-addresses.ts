import type { Adapter } from '../providers/adapter.ts';
import { RAW_HOST_VARIABLES } from './endpoint.ts';
import type { Environment } from './secrets.ts';

/** An address that a variable of the environment may move. */
export interface MovableAddress {
  readonly variable: string;
  /** What is reached there, for people. */
  readonly what: string;
  /** Where its documentation says that it is: a URL. */
  readonly documented: string;
}

/** Every address of these providers, and GitHub's hosts for committed files. */
export function movableAddresses(adapters: readonly Adapter[]): MovableAddress[] {
  const providers = adapters.flatMap(
    ({ title, origins, baseUrlVariable, furtherBaseUrlVariables = {} }) => [
      { variable: baseUrlVariable, what: `${title} and its key`, documented: origins[0] ?? '' },
      ...Object.entries(furtherBaseUrlVariables).map(([documented, variable]) => ({
        variable,
        what: `${title} and its key`,
        documented,
      })),
    ],
  );
  const files = Object.values(RAW_HOST_VARIABLES).map((host) => ({
    ...host,
    what: 'committed files',
  }));
  return [...providers, ...files];
}

/**
 * One sentence about every address that the environment has moved: whoever may set a variable of the step
 * may send a key elsewhere, so nobody should have to look for it. `null` while all are as documented.
 */
export function describeMoved(
  addresses: readonly MovableAddress[],
  environment: Environment,
): string | null {
  const moved = new Map<string, string[]>();
  for (const { variable, what, documented } of addresses) {
    const text = (environment[variable]?.trim() ?? '').replace(/\/+$/, '');
    if (text === '' || text === documented) continue;
    const host = hostOf(text);
    moved.set(host, [
      ...(moved.get(host) ?? []),
      `${what} (${variable}; documented: ${hostOf(documented)})`,
    ]);
  }
  if (moved.size === 0) return null;
  const places = [...moved].map(([host, moves]) => `to ${host}: ${moves.join(', ')}`);
  return `The environment of this step moves addresses ${places.join('; ')}. Remove what nobody here has set on purpose`;
}

/** The address itself may hold what is not for a log. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'an unreadable address';
}
