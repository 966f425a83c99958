/** Longest draft by orientation, the same limits as the providers have. */
export const LONGEST_SECONDS = { image: 10, video: 30 };
export const PHASES = [
    'decode',
    'plate',
    'segment',
    'character',
    'track',
    'backdrop',
    'render and encode',
];
