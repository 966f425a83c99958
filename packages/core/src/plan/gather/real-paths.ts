import pLimit from 'p-limit';
import { foldPath } from '../../media/path-rules.ts';
import { followLinks, resolveInside } from '../../media/paths.ts';
import type { Config } from '../../model/config.ts';
import { ConfigError } from '../../model/errors.ts';
import type { Issue } from '../../model/issue.ts';
import type { Ports } from '../../ports.ts';

const RESOLVED_AT_ONCE = 8;

/** Where the file lies that each path leads to; only those that lead elsewhere. */
export async function findTargets(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const limit = pLimit(RESOLVED_AT_ONCE);
  const followed = await Promise.all(
    [...new Set(paths)].map((path) =>
      limit(async () => [path, await followLinks(ports, workspace, path)] as const),
    ),
  );
  return new Map(followed.filter(([path, target]) => path !== target));
}

/**
 * Two outputs that a link leads to one file: the second would take the place of the first, which is paid for. An
 * output that leads to an asset would overwrite that. Paths in `unsafe` have a problem of their own.
 *
 * @throws ConfigError
 */
export async function refuseSharedFiles(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  { transfers }: Pick<Config, 'transfers'>,
  unsafe: { has(path: string): boolean },
): Promise<void> {
  const assets = transfers.flatMap(({ character, motion }) =>
    [character, motion].flatMap((source) => (source.kind === 'file' ? [source.path] : [])),
  );
  const written = [...new Set([...transfers.map(({ output }) => output), ...assets])];
  const limit = pLimit(RESOLVED_AT_ONCE);
  const resolved = await Promise.all(
    written
      .filter((path) => !unsafe.has(path))
      .map((path) =>
        limit(async () => [path, foldPath(await resolveInside(ports, workspace, path))] as const),
      ),
  );
  const realPaths = new Map(resolved);
  const read = new Map(assets.map((path) => [realPaths.get(path), path]));
  const owners = new Map<string, string>();
  const issues = transfers.flatMap(({ id, output }): Issue[] => {
    const real = realPaths.get(output);
    if (real == null) return [];
    const owner = owners.get(real);
    owners.set(real, owner ?? output);
    const asset = read.get(real);
    const clash =
      owner != null && owner !== output
        ? `${output} and ${owner} are one file, because a link leads from one to the other, and the second video would replace the first`
        : asset != null
          ? `${output} and the asset ${asset} are one file, because a link leads from one to the other, and the asset would be overwritten`
          : null;
    if (clash == null) return [];
    return [{ severity: 'error', path: id, message: `${clash}: choose another output` }];
  });
  if (issues.length > 0) throw new ConfigError(issues);
}
