/** The nouns of the flow: config -> plan -> budget -> run -> record -> report. Types only. */

export type * from './types/config.ts';
export type * from './types/media.ts';
export type * from './types/plan.ts';
export type * from './types/results.ts';
export type * from './types/words.ts';
