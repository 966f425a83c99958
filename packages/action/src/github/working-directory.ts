import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ConfigError, type Ports } from '@motion-transfer/core';
import { isGitRepository } from '@motion-transfer/core/shell';
import type { GitHubContext } from './context.ts';

/**
 * Moves everything into the checkout that the input `working-directory` names: a job with several checkouts, or one
 * with `path:`, has them below GITHUB_WORKSPACE.
 *
 * @throws ConfigError for one outside of the workspace, or where nothing is checked out.
 */
export async function enterWorkingDirectory(
  { files, git }: Pick<Ports, 'files' | 'git'>,
  github: GitHubContext,
  directory: string | null,
): Promise<GitHubContext> {
  if (directory == null) return github;
  const root = await files.realPath(github.runnerWorkspace);
  const workspace = await files.realPath(resolve(root, directory));
  const inside = relative(root, workspace);
  if (inside.split(sep)[0] === '..' || isAbsolute(inside))
    throw refused(
      `"${directory}" leads out of the workspace ${root}; give the \`path\` of actions/checkout, which lies in it`,
    );
  const found = await files.stat(workspace);
  if (found?.kind !== 'directory' || !(await isGitRepository(files, workspace)))
    throw refused(
      `"${directory}" holds no checkout; give the \`path\` that actions/checkout of this job has, and let that step come first`,
    );
  const inWorkTree = await git.run(workspace, ['rev-parse', '--is-inside-work-tree']).then(
    (text) => text.trim() !== 'false',
    // Why git does not answer is said by whoever needs an answer.
    () => true,
  );
  if (!inWorkTree)
    throw refused(
      `"${directory}" is git's own directory and not a checkout; give the directory that holds its \`.git\``,
    );
  return { ...github, workspace };
}

/** What to write where the workspace is no checkout, and one or more lie right below it; else `null`. */
export async function findOtherCheckouts(
  { files }: Pick<Ports, 'files'>,
  { workspace, isDesk }: Pick<GitHubContext, 'workspace' | 'isDesk'>,
): Promise<string | null> {
  if (isDesk || (await isGitRepository(files, workspace))) return null;
  const entries = await files.listDirectory(workspace);
  const names: string[] = [];
  for (const { name, kind } of entries) {
    if (kind !== 'directory') continue;
    if ((await files.stat(`${workspace}/${name}/.git`)) != null) names.push(name);
  }
  const [first] = names.sort();
  if (first == null) return null;
  return `the workspace is no git checkout, but ${names.join(', ')} in it ${names.length === 1 ? 'is one' : 'are'}: write \`working-directory: ${first}\` to work there, with all paths relative to it`;
}

function refused(message: string): ConfigError {
  return new ConfigError([{ severity: 'error', path: 'input working-directory', message }]);
}
