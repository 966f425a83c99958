import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DraftError, messageOf } from './errors.js';
import { renderDraft } from './render-draft.js';
const USAGE = `Usage: npm run draft -- --character <image> --motion <video> --output <mp4>
  [--orientation image|video] [--keep-original-sound] [--max-side <pixels>] [--short-side <pixels>]
  [--max-seconds <seconds>] [--workers <count>]`;
/** npm runs scripts in the package's folder and tells where it was called. */
const WHERE = process.env.INIT_CWD ?? process.cwd();
const ORIENTATIONS = ['image', 'video'];
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
};
/** The command line cannot be understood; the message says what is wrong with it. */
class UsageError extends Error {
}
/** Throws `UsageError` that names what is missing, unknown or no number. */
function readOptions(argv) {
    const values = parseArguments(argv);
    const required = (name) => {
        const value = values[name];
        if (value == null || value === '')
            throw new UsageError(`--${name} is missing.`);
        return resolve(WHERE, value);
    };
    const number = (name) => {
        const value = values[name];
        if (value == null)
            return undefined;
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
    return {
        characterPath: required('character'),
        motionPath: required('motion'),
        outputPath: required('output'),
        ...withoutUndefined(given),
    };
}
function parseArguments(argv) {
    try {
        return parseArgs({ args: [...argv], options: OPTIONS }).values;
    }
    catch (error) {
        throw new UsageError(messageOf(error));
    }
}
function withoutUndefined(value) {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
try {
    const report = await renderDraft(readOptions(process.argv.slice(2)));
    console.log(JSON.stringify(report, null, 2));
}
catch (error) {
    if (error instanceof UsageError) {
        console.error(`${error.message}\n${USAGE}`);
        process.exitCode = 2;
    }
    else {
        console.error(error instanceof DraftError ? error.message : error);
        process.exitCode = 1;
    }
}
