import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bytesReply, jsonReply } from '../../http/exchange.ts';
import { readBlob, resolveCommit } from '../git-blobs.ts';
import { notFound, refuse } from './answers.ts';
import type { Route } from './route.ts';

const run = promisify(execFile);
/** docs: Get repository content: up to 1 MB as JSON, up to 100 MB raw. */
const MAX_JSON_BYTES = 1024 * 1024;
/** docs: Get a tree. */
const MAX_LISTING_BYTES = 7 * 1024 * 1024;

export const contentRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: /^$/,
    site: 'rest-repository',
    needs: [],
    access: 'read',
    answer: ({ repository, served }) =>
      jsonReply(200, {
        full_name: repository,
        private: served.visibility === 'private',
        visibility: served.visibility,
        default_branch: 'main',
      }),
  },
  {
    method: 'GET',
    pattern: /^\/compare\/(.+)\.\.\.(.+)$/,
    site: 'rest-contents',
    needs: ['contents'],
    access: 'read',
    async answer({ served: { directory }, parts: [base = '', head = ''] }) {
      const [from, to] = [
        await resolveCommit(directory, base),
        await resolveCommit(directory, head),
      ];
      if (from === undefined || to === undefined) return notFound();
      const [ahead, behind] = await Promise.all([
        count(directory, `${from}..${to}`),
        count(directory, `${to}..${from}`),
      ]);
      return jsonReply(200, {
        status: comparison(ahead, behind),
        ahead_by: ahead,
        behind_by: behind,
        ...(await mergeBaseOf(directory, from, to)),
      });
    },
  },
  {
    method: 'GET',
    pattern: /^\/(?:git\/)?commits\/([^/]+)$/,
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
    pattern: /^\/git\/trees\/([^/]+)$/,
    site: 'rest-contents',
    needs: ['contents'],
    access: 'read',
    async answer({ exchange, served: { directory }, parts: [sha = ''] }) {
      const found = await resolveCommit(directory, sha);
      if (found === undefined) return notFound();
      const isRecursive = exchange.url.searchParams.has('recursive');
      const entries = await listTree(directory, found, isRecursive);
      return jsonReply(200, { sha: found, tree: entries, truncated: false });
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

/** How the second commit stands to the first (docs: Compare two commits). */
function comparison(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** Of several best ones GitHub names one; none for histories that have nothing in common. */
async function mergeBaseOf(directory: string, from: string, to: string) {
  const args = ['-C', directory, 'merge-base', from, to];
  const found = await run('git', args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return found === undefined ? {} : { merge_base_commit: { sha: found } };
}

async function listTree(directory: string, commit: string, isRecursive: boolean) {
  const args = ['-C', directory, 'ls-tree', '-z', ...(isRecursive ? ['-r', '-t'] : []), commit];
  const { stdout } = await run('git', args, { maxBuffer: MAX_LISTING_BYTES });
  return stdout
    .split('\0')
    .filter((row) => row !== '')
    .map((row) => {
      const [meta = '', path = ''] = row.split('\t');
      const [mode, type, sha] = meta.split(' ');
      return { path, mode, type, sha };
    });
}

async function count(directory: string, range: string): Promise<number> {
  return Number((await run('git', ['-C', directory, 'rev-list', '--count', range])).stdout);
}
