import { resolve } from 'node:path';

/** The engine is installed once for all tests, as on a runner that keeps its tool cache. */
const toolCache = resolve(
  import.meta.dirname,
  '../../../node_modules/.cache/motion-transfer/tool-cache',
);
export const withEngine = { RUNNER_TOOL_CACHE: toolCache };

/** Nothing may be bought. */
export const noKeys = { PROSPOLABS_API_KEY: '', EMPIRIOLABS_API_KEY: '' };

export const draftConfig = `version: 1
provider: draft
transfers:
  - { character: robot.png, motion: wave.mp4, output: animations/wave.mp4 }
`;

/** The codec can neither be found nor installed. */
export function noEngine(bench: { readonly workspace: string }): Record<string, string> {
  return {
    RUNNER_TOOL_CACHE: `${bench.workspace}/../no-cache`,
    npm_config_cache: `${bench.workspace}/../empty`,
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
  };
}
