import { textReply } from '../http/exchange.ts';
import type { Mount } from '../server/mount.ts';
import { type GitAccess, refuse } from './access.ts';
import { askHttpBackend } from './http-backend.ts';
import { answerLfs } from './lfs.ts';

export interface HostedRepository extends GitAccess {
  /** A bare repository. */
  readonly directory: string;
  /** The rules of the repository want signed commits. */
  readonly isSignedOnly?: boolean;
}

const SERVED =
  /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/lfs|)(\/(?:info\/refs|git-upload-pack|git-receive-pack)|\/(?:objects|locks)\/.+)$/;

/** Smart HTTP and Git LFS under `/git/<owner>/<name>.git`, for pushes and fetches of the real git. */
export function createGitHost(
  origin: string,
  repositories: ReadonlyMap<string, HostedRepository>,
): Mount {
  return {
    name: 'git',
    siteOf: ({ path, url }) => ({
      at: path.includes('/info/lfs/') ? 'git-lfs' : isPush(path, url) ? 'git-push' : 'git-fetch',
    }),
    errorBody: () => ({ message: 'Internal Server Error' }),
    handle: async (exchange) => {
      const [, name = '', lfs = '', rest = ''] = SERVED.exec(exchange.path) ?? [];
      const repository = repositories.get(name.toLowerCase());
      if (repository === undefined) return textReply(404, 'Repository not found.');
      if (lfs !== '') {
        const url = `${origin}/git/${name}.git${lfs}`;
        return answerLfs({ repository, url, path: rest, exchange });
      }
      const refusal = refuse(repository, exchange.headers, isPush(rest, exchange.url));
      return refusal ?? askHttpBackend(repository.directory, rest, exchange);
    },
  };
}

function isPush(path: string, url: URL): boolean {
  return (
    path.endsWith('/git-receive-pack') || url.searchParams.get('service') === 'git-receive-pack'
  );
}
