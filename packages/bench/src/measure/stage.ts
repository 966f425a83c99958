import type { EmulationRequests } from '../emulation/main.ts';
import type { EmulationReport } from '../emulation/report.ts';
import type { EmulationSettings } from '../emulation/settings.ts';
import type { GitHubReport, GitHubRequests } from '../github/main.ts';
import { startLinked } from '../process-link.ts';
import { CLIP, moduleAt } from './folders.ts';
import { type BenchRepository, REPOSITORY } from './repository.ts';

/** Everything outside of a client, in processes of their own. */
export interface Stage {
  /** The providers begin anew; tells where they are. */
  startProviders(settings: EmulationSettings): Promise<string>;
  reportProviders(): Promise<EmulationReport>;
  startGitHub(
    repository: BenchRepository,
  ): Promise<{ readonly environment: Readonly<Record<string, string>>; readonly token: string }>;
  reportGitHub(): Promise<GitHubReport>;
  close(): Promise<void>;
}

export function openStage(): Stage {
  const providers = startLinked<EmulationRequests>(moduleAt('emulation/main'));
  const github = startLinked<GitHubRequests>(moduleAt('github/main'));
  return {
    async startProviders(settings) {
      return (await providers.ask('start', { settings, clipPath: CLIP })).origin;
    },
    reportProviders: () => providers.ask('report', null),
    startGitHub: ({ workspace, bareDirectory }) =>
      github.ask('start', { repository: REPOSITORY, workspace, bareDirectory }),
    reportGitHub: () => github.ask('report', null),
    async close() {
      await Promise.all([providers.close(), github.close()]);
    },
  };
}
