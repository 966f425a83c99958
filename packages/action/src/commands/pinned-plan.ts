import { stat } from 'node:fs/promises';
import { ConfigError, messageOf, type PinnedPlan, type Ports } from '@motion-transfer/core';
import { parseBoundedJson, planSchema } from '@motion-transfer/core/shell';

const MAX_PLAN_BYTES = 64 * 1_048_576;

/** Reads the plan.json that an earlier job made. @throws ConfigError when it is none. */
export async function readPinnedPlan(
  { files }: Pick<Ports, 'files'>,
  path: string,
): Promise<PinnedPlan> {
  try {
    // A directory, as a download of the artifact leaves it, holds it under its own name.
    const isDirectory = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const file = isDirectory ? `${path}/plan.json` : path;
    const text = await files.readText(file, MAX_PLAN_BYTES);
    if (text == null) throw new Error('there is no such file');
    return planSchema.parse(parseBoundedJson(text));
  } catch (cause) {
    throw refusal(
      `${path} is not a plan of this version, so nothing is bought (${messageOf(cause).slice(0, 300)}); give the plan.json of the plan step`,
      cause,
    );
  }
}

function refusal(message: string, cause?: unknown): ConfigError {
  return new ConfigError(
    [{ severity: 'error', path: 'input plan', message }],
    cause == null ? undefined : { cause },
  );
}
