import { describe, expect, test } from 'vitest';
import { describeMovedAddresses } from '../src/github/moved-addresses.ts';
import { startWorkbench } from './workbench.ts';

const GITHUB = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
  ACTIONS_RESULTS_URL: 'https://results-receiver.actions.githubusercontent.com/',
};

describe('addresses of GitHub', () => {
  test.each([
    ['github.com', GITHUB],
    [
      'a tenant of ghe.com',
      {
        GITHUB_SERVER_URL: 'https://octo.ghe.com',
        GITHUB_API_URL: 'https://api.octo.ghe.com',
        GITHUB_GRAPHQL_URL: 'https://api.octo.ghe.com/graphql',
        ACTIONS_RESULTS_URL: 'https://results-receiver.actions.octo.ghe.com/',
      },
    ],
    [
      'a server of its own',
      {
        GITHUB_SERVER_URL: 'https://github.example.com',
        GITHUB_API_URL: 'https://github.example.com/api/v3',
        GITHUB_GRAPHQL_URL: 'https://github.example.com/api/graphql',
      },
    ],
    ['a desk', {}],
  ])('are not named as the runner sets them at %s', (_where, environment) => {
    expect(describeMovedAddresses(environment)).toBeNull();
  });

  test.each([
    'GITHUB_API_URL',
    'GITHUB_GRAPHQL_URL',
    'MOTION_TRANSFER_GIT_BASE_URL',
    'ACTIONS_RESULTS_URL',
  ])('are named when %s leads elsewhere', (variable) => {
    const environment = {
      ...GITHUB,
      [variable]: 'https://actions.githubusercontent.com.evil.example',
    };
    expect(describeMovedAddresses(environment)).toContain(`(${variable}; documented: `);
    expect(describeMovedAddresses(environment)).toContain('evil.example');
  });
});

test.each(['plan', 'reconcile'])(
  '%s begins with a warning that names what is moved',
  async (command) => {
    const bench = await startWorkbench();
    const run = await bench.run({ command });
    const { host } = new URL(bench.emulator.environment().PROSPOLABS_BASE_URL ?? '');
    const [first] = run.annotations;
    expect(first?.level).toBe('warning');
    expect(first?.message).toContain(
      `to ${host}: Prospolabs and its key (PROSPOLABS_BASE_URL; documented: api.prospolabs.com)`,
    );
  },
);
