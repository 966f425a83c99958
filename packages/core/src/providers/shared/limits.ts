import type { Issue } from '../../model/issue.ts';
import { listWords } from '../../model/list-words.ts';
import type { MediaFacts } from '../../model/media/media.ts';
import { formatUsd } from '../../model/money.ts';
import type { Job, ModelSpec, Sourced } from '../adapter.ts';
import { priceOf, twoDecimals } from './estimates.ts';

/** A clip may be this much longer than the cap before it is refused: encoders round to whole frames. */
const CAP_TOLERANCE_SECONDS = 0.1;

/** Every limit of the model that this job breaks: documented ones are errors, all others warnings. */
export function checkLimits(spec: ModelSpec, job: Job<unknown>, facts: MediaFacts): Issue[] {
  return [
    ...checkCharacter(spec, facts),
    ...checkMotion(spec, job, facts),
    ...checkPrompt(spec, job),
    ...checkPrice(spec, job),
  ];
}

/** For a provider that makes the output as long as the clip, whatever is asked. */
export function refuseDuration({ title }: ModelSpec, job: Job<unknown>): Issue[] {
  if (job.durationSeconds == null) return [];
  const message = `${title} has no duration parameter (the output is as long as the clip); leave duration out or trim the clip`;
  return [{ severity: 'error', path: 'duration', message }];
}

/** A price nobody vouches for is said to be one before anything is bought on it. */
function checkPrice(spec: ModelSpec, job: Job<unknown>): Issue[] {
  const row = priceOf(spec, job);
  const basis = row.basis ?? 'documented';
  if (basis === 'documented') return [];
  const rate = formatUsd(row.microUsdPerSecond);
  const held = formatUsd(row.heldMicroUsdPerSecond ?? row.microUsdPerSecond);
  const hold = held === rate ? '' : `; ${held} a second is held`;
  const message = `${rate} a second is a price ${basis === 'borrowed' ? 'as others quote it' : 'we assume'}, not read at ${spec.title} itself${hold}`;
  return [{ severity: 'warning', path: 'price', message }];
}

function checkCharacter(spec: ModelSpec, { character }: MediaFacts): Issue[] {
  const issues: Issue[] = [];
  const { format, width, height, bytes } = character;
  if (!spec.imageFormats.value.includes(format)) {
    issues.push(
      broken(
        spec.imageFormats,
        'character',
        `the image is ${format.toUpperCase()}, which ${spec.title} does not read; convert it to ${listFormats(spec.imageFormats)}`,
      ),
    );
  }
  if (bytes > spec.imageMaxBytes.value) {
    issues.push(
      broken(
        spec.imageMaxBytes,
        'character',
        `the image has ${megabytes(bytes)}, more than ${megabytes(spec.imageMaxBytes.value)}; make it smaller`,
      ),
    );
  }
  if (Math.min(width, height) < spec.imageMinSide.value) {
    issues.push(
      broken(
        spec.imageMinSide,
        'character',
        `the image is ${width}x${height}, its shorter side must have at least ${spec.imageMinSide.value} pixels`,
      ),
    );
  }
  const [minAspect, maxAspect] = spec.imageAspect.value;
  if (height > 0 && (width / height < minAspect || width / height > maxAspect)) {
    issues.push(
      broken(
        spec.imageAspect,
        'character',
        `the image is ${width}x${height}; width / height must lie between ${minAspect} and ${maxAspect}; crop or pad it`,
      ),
    );
  }
  return issues;
}

function checkMotion(spec: ModelSpec, job: Job<unknown>, { motion }: MediaFacts): Issue[] {
  const issues: Issue[] = [];
  if (!spec.videoContainers.value.includes(motion.container)) {
    // Whatever the basis: a format that no page of this seller names is not tried out with money. M4V is MP4 under
    // another name, which encoders for phones write into files that are called .mp4.
    const severity = motion.container === 'm4v' ? 'warning' : 'error';
    const message = `the clip is ${motion.container.toUpperCase()}, which ${spec.title} is not known to take; convert it to ${listFormats(spec.videoContainers)}`;
    issues.push({ severity, path: 'motion', message });
  }
  if (motion.bytes > spec.videoMaxBytes.value) {
    issues.push(
      broken(
        spec.videoMaxBytes,
        'motion',
        `the clip has ${megabytes(motion.bytes)}, more than ${megabytes(spec.videoMaxBytes.value)}; encode it smaller`,
      ),
    );
  }
  const [minSide, maxSide] = spec.videoSides.value;
  if (
    Math.min(motion.width, motion.height) < minSide ||
    Math.max(motion.width, motion.height) > maxSide
  ) {
    issues.push(
      broken(
        spec.videoSides,
        'motion',
        `the clip is ${motion.width}x${motion.height}; each side must have ${minSide} to ${maxSide} pixels`,
      ),
    );
  }
  const [minRate, maxRate] = spec.videoFramesPerSecond.value;
  const rate = motion.framesPerSecond;
  // 23.976 is sold as 24: half a frame of slack on both sides.
  if (rate != null && (rate < minRate - 0.5 || rate > maxRate + 0.5)) {
    issues.push(
      broken(
        spec.videoFramesPerSecond,
        'motion',
        `the clip has ${twoDecimals(rate)} frames per second; ${minRate} to ${maxRate} are accepted`,
      ),
    );
  }
  issues.push(...checkLongest(spec, job, motion.longestSeconds));
  if (motion.trackSeconds < spec.minSeconds.value) {
    issues.push(
      broken(
        spec.minSeconds,
        'motion',
        `the clip is ${twoDecimals(motion.trackSeconds)} s long; less than ${spec.minSeconds.value} s may be refused or billed as ${spec.minSeconds.value} s`,
      ),
    );
  }
  return issues;
}

/** A borrowed cap of one orientation warns; beyond the documented one of the other, no orientation helps. */
function checkLongest({ maxSeconds }: ModelSpec, job: Job<unknown>, seconds: number): Issue[] {
  const isLonger = (cap: Sourced<number>) => seconds > cap.value + CAP_TOLERANCE_SECONDS;
  const wider = maxSeconds.video;
  const own = maxSeconds[job.orientation];
  const isOwn = own.basis === 'documented' || !isLonger(wider);
  const cap = isOwn ? own : wider;
  if (!isLonger(cap)) return [];
  const whose = isOwn ? `orientation ${job.orientation}` : 'the model';
  const advice =
    job.orientation === 'image' && !isLonger(wider)
      ? `trim it, or set orientation: video (up to ${wider.value} s)`
      : 'trim it';
  const message = `the clip is ${twoDecimals(seconds)} s long, ${whose} takes at most ${cap.value} s; ${advice}`;
  return [broken(cap, 'motion', message)];
}

function checkPrompt(spec: ModelSpec, job: Job<unknown>): Issue[] {
  const length = job.prompt?.length ?? 0;
  return length > spec.promptMaxCharacters.value
    ? [
        broken(
          spec.promptMaxCharacters,
          'prompt',
          `the prompt has ${length} characters, more than ${spec.promptMaxCharacters.value}`,
        ),
      ]
    : [];
}

function broken(limit: Sourced<unknown>, path: string, message: string): Issue {
  return limit.basis === 'documented'
    ? { severity: 'error', path, message }
    : { severity: 'warning', path, message: `${message} (${limit.basis} limit: ${limit.source})` };
}

function megabytes(bytes: number): string {
  return `${twoDecimals(bytes / 1_048_576)} MB`;
}

function listFormats({ value }: Sourced<readonly string[]>): string {
  return listWords(
    value.map((format) => format.toUpperCase()),
    'or',
  );
}
