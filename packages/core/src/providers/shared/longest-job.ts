import type { Sourced } from '../adapter.ts';

/** For a model of which nobody documents the longest time: minutes are usual, so a day is generous. */
export const LONGEST_JOB_HOURS: Sourced<number> = {
  value: 24,
  basis: 'assumed',
  source: 'no page names a longest time; 5 to 15 minutes are usual (docs.oxen.ai)',
};
