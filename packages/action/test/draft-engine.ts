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
