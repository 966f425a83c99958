import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../errors.ts';
import type { Orientation } from '../retarget/retarget.ts';
import { type DraftOptions, LONGEST_SECONDS } from '../types.ts';

export const HELP = `Renders a free draft: the character moves as the person in the motion does. Nothing is bought or sent.

Usage: npm run draft -- --character <image> --motion <video> --output <mp4> [options]

  --character <image>       PNG, JPG or WebP of one whole figure, on a transparent or plain background
  --motion <video>          MP4 or MOV of one person, with a fixed camera
  --output <mp4>            file to write; its folder is made, a file there is replaced
  --orientation <way>       image (default): as the character is drawn, at most ${LONGEST_SECONDS.image} s;
                            video: as the person in the motion turns, at most ${LONGEST_SECONDS.video} s
  --keep-original-sound     copies the sound of the motion
  --max-seconds <seconds>   ends the draft earlier
  --max-side <pixels>       longest side; larger motions are shrunk to it (default 1280)
  --short-side <pixels>     shortest side, e.g. 720 or 1080, also enlarging
  --workers <count>         threads beside the first; the draft is the same with any number
  --json                    prints the report as JSON instead of sentences
  --help                    prints this text

Example:
  npm run draft -- --character examples/assets/characters/robot.png \\
    --motion examples/assets/motions/dance.mp4 --output out/robot-dance.mp4`;

const ORIENTATIONS: readonly Orientation[] = ['image', 'video'];

const OPTIONS = {
  character: { type: 'string' },
  motion: { type: 'string' },
  output: { type: 'string' },
  orientation: { type: 'string' },
  'keep-original-sound': { type: 'boolean' },
  'max-side': { type: 'string' },
  'short-side': { type: 'string' },
  'max-seconds': { type: 'string' },
  workers: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export interface Command {
  readonly options: DraftOptions;
  readonly isJson: boolean;
}

/** The command line cannot be understood; the message names the argument and what to give instead. */
export class UsageError extends Error {}

/** `where`: relative paths begin there. Returns `null` when help is asked for. Throws `UsageError`. */
export function readOptions(argv: readonly string[], where: string): Command | null {
  const values = parseArguments(argv);
  if (values.help === true) return null;
  const required = (name: 'character' | 'motion' | 'output', example: string) => {
    const value = values[name];
    if (value == null || value === '')
      throw new UsageError(`--${name} is missing; give a path, e.g. --${name} ${example}.`);
    return resolve(where, value);
  };
  const number = (name: 'max-side' | 'short-side' | 'max-seconds' | 'workers') => {
    const value = values[name];
    if (value == null) return undefined;
    if (!/^\d+(\.\d+)?$/.test(value))
      throw new UsageError(`--${name} is '${value}'; give a number.`);
    return Number(value);
  };
  const orientation = ORIENTATIONS.find((name) => name === values.orientation);
  if (values.orientation != null && orientation == null) {
    throw new UsageError(`--orientation is '${values.orientation}'; give image or video.`);
  }
  const given = {
    orientation,
    keepOriginalSound: values['keep-original-sound'],
    maxSide: number('max-side'),
    shortSide: number('short-side'),
    maxSeconds: number('max-seconds'),
    workers: number('workers'),
  };
  const options = {
    characterPath: required('character', 'hero.png'),
    motionPath: required('motion', 'bow.mp4'),
    outputPath: required('output', 'hero-bow.mp4'),
    ...withoutUndefined(given),
  };
  refuseOutput(options);
  return { options, isJson: values.json === true };
}

/** A draft replaces what is at its path. */
function refuseOutput({ characterPath, motionPath, outputPath }: DraftOptions): void {
  if ([characterPath, motionPath].includes(outputPath))
    throw new UsageError(
      `--output is the file of --${outputPath === motionPath ? 'motion' : 'character'}, which a draft would replace; give another path, e.g. --output out/draft.mp4.`,
    );
  if (!/\.mp4$/i.test(outputPath))
    throw new UsageError('--output is no .mp4; a draft is an MP4, e.g. --output out/draft.mp4.');
}

function parseArguments(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    // What follows the first sentence speaks of quoting positional arguments.
    const [what = ''] = messageOf(error).split(/\.\s|\n/);
    const isAmbiguous = /'(--[\w-]+)' argument is ambiguous/.exec(what);
    throw new UsageError(
      isAmbiguous == null
        ? `${what.replace(/\.$/, '')}.`
        : `${isAmbiguous[1]} has no value; what follows it begins with a dash. Give ${isAmbiguous[1]}=<value>.`,
    );
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
}
