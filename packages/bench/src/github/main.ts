import { type Emulator, startEmulator } from '@motion-transfer/emulator';
import { answerParent } from '../process-link.ts';

/** GitHub as a process of its own: git over HTTP, the REST API, and the raw host that providers read from. */
export interface GitHubRequests {
  start(given: {
    readonly repository: string;
    readonly workspace: string;
    readonly bareDirectory: string;
  }): Promise<{ readonly environment: Readonly<Record<string, string>>; readonly token: string }>;
  report(given: null): Promise<GitHubReport>;
}

export interface GitHubReport {
  readonly pushes: number;
  readonly fetches: number;
  readonly apiRequests: number;
  /** Most pushes in any minute. */
  readonly pushesPerMinute: number;
}

let emulator: Emulator | undefined;

answerParent<GitHubRequests>({
  async start({ repository, workspace, bareDirectory }) {
    await emulator?.close();
    emulator = await startEmulator();
    emulator.serveRepository(repository, workspace);
    emulator.serveGit(repository, bareDirectory, 'github');
    const token = emulator.github.createToken({
      contents: 'write',
      actions: 'read',
      'pull-requests': 'write',
    });
    return { environment: emulator.environment(), token };
  },
  async report() {
    const requests = emulator?.requests ?? [];
    const pushesAtMs = requests.flatMap(({ method, path, atMs }) =>
      method === 'POST' && path.endsWith('/git-receive-pack') ? [atMs] : [],
    );
    return {
      pushes: pushesAtMs.length,
      fetches: requests.filter(({ path }) => path.endsWith('/git-upload-pack')).length,
      apiRequests: requests.filter(({ mount }) => mount === 'api').length,
      pushesPerMinute: Math.max(
        0,
        ...pushesAtMs.map(
          (fromMs) => pushesAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000).length,
        ),
      ),
    };
  },
});
