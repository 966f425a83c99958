import * as z from 'zod';
import { SHORT_SIDE_PIXELS, tierSchema } from '../transfer.ts';

const lengths = { clipSeconds: z.number().min(0), videoSeconds: z.number().min(0) };

/** What a bought video lacks although it is a whole file: kept beside it, and no reason to buy it again by itself. */
export const outputWarningSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('shorter'), ...lengths }),
  z.object({ kind: z.literal('longer'), ...lengths }),
  z.object({ kind: z.literal('smaller'), tier: tierSchema, width: z.int(), height: z.int() }),
  /** The clip has sound, and it was to be kept. */
  z.object({ kind: z.literal('silent') }),
  z.object({ kind: z.literal('black'), pictures: z.int() }),
  z.object({ kind: z.literal('still'), pictures: z.int() }),
]);
export type OutputWarning = z.output<typeof outputWarningSchema>;

/** With its sentence, for results.json. */
export type ReportedWarning = OutputWarning & { readonly message: string };

export function reportWarning(warning: OutputWarning): ReportedWarning {
  return { ...warning, message: describeOutputWarning(warning) };
}

const AGAIN = 'raise take to buy it again';
const COMPARE = 'compare the charge, most bill by length';

function describeOutputWarning(warning: OutputWarning): string {
  switch (warning.kind) {
    case 'shorter':
      return `shorter than asked for (${lengthsOf(warning)}): ${COMPARE}; use a slower clip without cuts, or ${AGAIN}`;
    case 'longer':
      return `longer than asked for (${lengthsOf(warning)}): ${COMPARE}`;
    case 'smaller':
      return `smaller than its tier (${warning.width}x${warning.height}, ${warning.tier} is ${SHORT_SIDE_PIXELS[warning.tier]}p): compare the charge, ask the provider, or ${AGAIN}`;
    case 'silent':
      return `silent, and the clip's sound was to be kept: add it, or ${AGAIN}`;
    case 'black':
      return `black in all ${warning.pictures} pictures looked at: play it, ask the provider, or ${AGAIN}`;
    case 'still':
      return `without motion in the ${warning.pictures} pictures looked at: play it and its clip, ask the provider, or ${AGAIN}`;
  }
}

function lengthsOf({
  videoSeconds,
  clipSeconds,
}: Extract<OutputWarning, { readonly kind: 'shorter' | 'longer' }>): string {
  return `${roundSeconds(videoSeconds)} s of ${roundSeconds(clipSeconds)} s`;
}

function roundSeconds(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
