import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bytesReply, jsonReply } from '../../http/exchange.ts';
import { readBlob } from '../git-blobs.ts';
import { notFound, refuse } from './answers.ts';
import type { Route } from './route.ts';

const run = promisify(execFile);
/** docs: Get repository content: up to 1 MB as JSON, up to 100 MB raw. */
const MAX_JSON_BYTES = 1024 * 1024;

export const contentRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: /^\/git\/commits\/([0-9a-f]{40})$/,
    site: 'rest-contents',
    needs: ['contents'],
    access: 'read',
    async answer({ served: { directory }, parts: [sha = ''] }) {
      const found = await resolveCommit(directory, sha);
      return found === undefined ? notFound() : jsonReply(200, { sha: found });
    },
  },
  {
    method: 'GET',
    pattern: /^\/contents\/(.*)$/,
    site: 'rest-contents',
    needs: ['contents'],
    access: 'read',
    async answer({ exchange, served: { directory }, parts: [path = ''] }) {
      const ref = exchange.url.searchParams.get('ref') ?? 'HEAD';
      const sha = await resolveCommit(directory, ref);
      if (sha === undefined) return refuse(404, `No commit found for the ref ${ref}`);
      const blob = await readBlob(directory, sha, path);
      if (blob === undefined) return notFound();
      if (exchange.headers.accept?.includes('raw') === true) {
        return bytesReply(200, blob, { 'content-type': 'application/vnd.github.raw+json' });
      }
      const isSmall = blob.length <= MAX_JSON_BYTES;
      return jsonReply(200, {
        type: 'file',
        encoding: isSmall ? 'base64' : 'none',
        size: blob.length,
        name: path.split('/').at(-1),
        path,
        content: isSmall ? blob.toString('base64') : '',
      });
    },
  },
];

async function resolveCommit(directory: string, ref: string): Promise<string | undefined> {
  if (ref.startsWith('-')) return undefined;
  try {
    const args = ['-C', directory, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
    return (await run('git', args)).stdout.trim();
  } catch {
    return undefined;
  }
}
