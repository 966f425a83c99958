import type { Clock } from '../../clock.ts';
import type { HostedRepository } from '../../git/git-host.ts';
import { jsonReply } from '../../http/exchange.ts';
import { isRecord } from '../../json.ts';
import { isSigned, moveBranch, writeCommit, writeTree } from '../git-data.ts';
import { notFound, refuse } from './answers.ts';
import type { Route } from './route.ts';

const NOTHING = '0'.repeat(40);

/** docs: REST API endpoints for Git database, as far as a first commit needs them. */
export function gitDataRoutes(
  clock: Clock,
  hosted: ReadonlyMap<string, HostedRepository>,
): readonly Route[] {
  const common = {
    method: 'POST',
    site: 'rest-write',
    needs: ['contents'],
    access: 'write',
  } as const;
  return [
    {
      ...common,
      pattern: /^\/git\/trees$/,
      async answer({ repository, exchange }) {
        const { directory } = hosted.get(repository.toLowerCase()) ?? {};
        const { tree } = isRecord(exchange.json) ? exchange.json : {};
        if (directory === undefined) return notFound();
        const additions = (Array.isArray(tree) ? tree : []).filter(isRecord).map((entry) => ({
          path: String(entry.path),
          content: Buffer.from(String(entry.content)),
        }));
        if (additions.length === 0) return refuse(422, 'Invalid tree info');
        const sha = await writeTree(directory, { additions });
        return jsonReply(201, { sha, truncated: false });
      },
    },
    {
      ...common,
      pattern: /^\/git\/commits$/,
      async answer({ repository, exchange, token }) {
        const { directory } = hosted.get(repository.toLowerCase()) ?? {};
        if (directory === undefined || token === undefined) return notFound();
        const fields = isRecord(exchange.json) ? exchange.json : {};
        const parents = Array.isArray(fields.parents) ? fields.parents.map(String) : [];
        // docs, About commit signature verification: for a bot, and only without an author of its own.
        const signs =
          token.account.type === 'Bot' &&
          fields.author === undefined &&
          fields.committer === undefined;
        const sha = await writeCommit(directory, {
          tree: String(fields.tree),
          parents,
          message: String(fields.message),
          author: token.account,
          atMs: clock.nowMs(),
          isSigned: signs,
        });
        return jsonReply(201, {
          sha,
          verification: { verified: signs, reason: signs ? 'valid' : 'unsigned' },
        });
      },
    },
    {
      ...common,
      pattern: /^\/git\/refs$/,
      async answer({ repository, exchange }) {
        const { directory, isSignedOnly = false } = hosted.get(repository.toLowerCase()) ?? {};
        const fields = isRecord(exchange.json) ? exchange.json : {};
        if (directory === undefined) return notFound();
        const [ref, sha] = [String(fields.ref), String(fields.sha)];
        const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
        if (branch === undefined) return refuse(422, 'Reference name must start with refs/');
        if (isSignedOnly && !(await isSigned(directory, sha)))
          return refuse(
            422,
            'Repository rule violations found\n\nCommits must have verified signatures.\n\n',
          );
        const moved = await moveBranch(directory, branch, { to: sha, expected: NOTHING });
        if (moved === 'elsewhere') return refuse(422, 'Reference already exists');
        return jsonReply(201, { ref, object: { type: 'commit', sha } });
      },
    },
  ];
}
