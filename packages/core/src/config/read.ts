import { findPathProblem } from '../media/path-rules.ts';
import { resolveInside } from '../media/paths.ts';
import { ConfigError, messageOf, UnsafeError } from '../model/errors.ts';
import type { Issue } from '../model/issue.ts';
import type { Ports } from '../ports.ts';
import { buildConfig, type ConfigRequest, type ReadConfig } from './assemble.ts';
import { MAX_CONFIG_BYTES } from './parse.ts';

/** Where the config is looked for when no path is given. */
export const CONFIG_PATHS = [
  '.github/motion-transfer.yml',
  '.github/motion-transfer.yaml',
  '.github/motion-transfer.json',
] as const;

export interface ReadConfigRequest extends ConfigRequest {
  /** Absolute path of the repository's files. */
  readonly workspace: string;
  /** Repository-relative path of the config; `null` looks in the usual places. */
  readonly path: string | null;
}

/**
 * Reads the config file, joins it with the inputs and fills in every default.
 * Throws `ConfigError` with all problems, each with its place in the file.
 */
export async function readConfig(
  ports: Pick<Ports, 'files'>,
  request: ReadConfigRequest,
): Promise<ReadConfig> {
  const path = request.path ?? (await findConfig(ports, request.workspace));
  if (path == null) return buildConfig(null, request);
  const text = await readInside(ports, request.workspace, path);
  if (text == null) {
    throw configError(path, 'there is no such file: check the path of the config');
  }
  return buildConfig({ path, text }, request);
}

async function findConfig(ports: Pick<Ports, 'files'>, workspace: string): Promise<string | null> {
  const present: string[] = [];
  for (const path of CONFIG_PATHS) {
    if ((await ports.files.stat(`${workspace}/${path}`)) != null) present.push(path);
  }
  const [first = null, second] = present;
  if (first != null && second != null) {
    throw configError(first, `${present.join(' and ')} are both there: keep one`);
  }
  return first;
}

async function readInside(
  ports: Pick<Ports, 'files'>,
  workspace: string,
  path: string,
): Promise<string | null> {
  const problem = findPathProblem(path);
  if (problem != null) throw configError(path, `the path ${problem}`);
  try {
    const resolved = await resolveInside(ports, workspace, path);
    return await ports.files.readText(resolved, MAX_CONFIG_BYTES);
  } catch (error) {
    const message =
      error instanceof UnsafeError ? messageOf(error) : `cannot be read: ${messageOf(error)}`;
    throw configError(path, message, error);
  }
}

function configError(path: string, message: string, cause?: unknown): ConfigError {
  const issue: Issue = { severity: 'error', path, message };
  return new ConfigError([issue], cause == null ? undefined : { cause });
}
