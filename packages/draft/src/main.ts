import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DraftError } from './errors.ts';
import { renderDraft } from './render-draft.ts';
import type { Orientation } from './retarget/retarget.ts';
import type { DraftOptions } from './types.ts';

const USAGE = `Usage: npm run draft -- --character <image> --motion <video> --output <mp4>
  [--orientation image|video] [--keep-original-sound] [--max-side <pixels>] [--short-side <pixels>]
  [--max-seconds <seconds>] [--workers <count>]`;

/** npm runs scripts in the package's folder and tells where it was called. */
const WHERE = process.env.INIT_CWD ?? process.cwd();

const ORIENTATIONS: readonly Orientation[] = ['image', 'video'];

/** Reads the command line; null when something is missing or unknown. */
function readOptions(argv: readonly string[]): DraftOptions | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      character: { type: 'string' },
      motion: { type: 'string' },
      output: { type: 'string' },
      orientation: { type: 'string' },
      'keep-original-sound': { type: 'boolean' },
      'max-side': { type: 'string' },
      'short-side': { type: 'string' },
      'max-seconds': { type: 'string' },
      workers: { type: 'string' },
    },
  });
  const { character, motion, output } = values;
  if (character == null || motion == null || output == null) return null;
  const orientation = ORIENTATIONS.find((name) => name === values.orientation);
  if (values.orientation != null && orientation == null) return null;
  const number = (value: string | undefined) => (value != null ? Number(value) : undefined);
  const given = {
    orientation,
    keepOriginalSound: values['keep-original-sound'],
    maxSide: number(values['max-side']),
    shortSide: number(values['short-side']),
    maxSeconds: number(values['max-seconds']),
    workers: number(values.workers),
  };
  return {
    characterPath: resolve(WHERE, character),
    motionPath: resolve(WHERE, motion),
    outputPath: resolve(WHERE, output),
    ...withoutUndefined(given),
  };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options == null) {
    console.error(USAGE);
    process.exitCode = 2;
  } else {
    const report = await renderDraft(options);
    console.log(JSON.stringify(report, null, 2));
  }
} catch (error) {
  console.error(error instanceof DraftError ? error.message : error);
  process.exitCode = 1;
}
