import { z } from 'zod';
import { buildConfig, type ReadConfig } from '../../src/config/assemble.ts';
import type { ConfigInputs } from '../../src/config/inputs.ts';
import type { ConfigProvider } from '../../src/config/schema/config-schema.ts';
import { ConfigError } from '../../src/model/errors.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Transfer } from '../../src/model/transfer.ts';

export const FILE = '.github/motion-transfer.yml';

export const PROVIDERS: readonly ConfigProvider[] = [
  { id: 'prospolabs', options: z.strictObject({}), models: { v3: { name: 'kling-3.0' } } },
  { id: 'empiriolabs', options: z.strictObject({ seed: z.int().optional() }) },
  { id: 'fal', options: z.strictObject({ retention: z.enum(['short', 'long']).optional() }) },
];

export const FILES = [
  'assets/characters/girl.png',
  'assets/characters/robot.png',
  'assets/hero.png',
  'assets/motions/bow.mov',
  'assets/motions/dance.mp4',
  'assets/motions/wave.mp4',
  'odd/a[1].png',
];

export function build(
  text: string | null,
  inputs: ConfigInputs = {},
  files: readonly string[] = FILES,
): ReadConfig {
  const file = text == null ? null : { path: FILE, text };
  return buildConfig(file, { inputs, providers: PROVIDERS, files });
}

/** The problems that `build` refuses with; fails when it does not refuse. */
export function problemsOf(
  text: string | null,
  inputs: ConfigInputs = {},
  files: readonly string[] = FILES,
): readonly Issue[] {
  try {
    build(text, inputs, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  throw new Error(`accepted: ${text?.slice(0, 300)}`);
}

export function only(transfers: readonly Transfer[]): Transfer {
  const [first, ...rest] = transfers;
  if (first == null || rest.length > 0) throw new Error(`${transfers.length} transfers`);
  return first;
}

/** A sound config with some lines of its own. */
export function configWith(lines: string): string {
  return `version: 1
provider: fal
transfers:
  - character: assets/hero.png
    motion: assets/motions/wave.mp4
    output: out/hero-wave.mp4
${lines}`;
}
