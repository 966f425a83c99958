import picomatch from 'picomatch';

/**
 * Patterns become regular expressions, whose time on a hostile file name grows by two powers of ten
 * with every wildcard. `assets/*` + `/hero-*-v?.{png,jpg}` has three.
 */
export const MAX_WILDCARDS = 4;
export const MAX_WILDCARDS_PER_NAME = 3;
/** `{a,aa}` in a row multiplies just the same. */
export const MAX_WILDCARDS_AND_GROUPS = 5;
const MAX_GLOB_LENGTH = 500;

/** No leading `!`, no `+(...)`: only `*`, `**`, `?`, `[...]` and `{a,b}`, the same on every system. */
const OPTIONS = { nonegate: true, noextglob: true, windows: false, strictBrackets: false } as const;

export function isGlob(pattern: string): boolean {
  return /[*?[\]{}]/.test(pattern);
}

/** Why a glob cannot be used, or `null` when it can. */
export function findGlobProblem(pattern: string): string | null {
  if (pattern.length > MAX_GLOB_LENGTH) return `is longer than ${MAX_GLOB_LENGTH} characters`;
  if (countWildcards(pattern) > MAX_WILDCARDS) return `has more than ${MAX_WILDCARDS} wildcards`;
  const groups = pattern.split('{').length - 1;
  if (countWildcards(pattern) + groups > MAX_WILDCARDS_AND_GROUPS) {
    return `has more than ${MAX_WILDCARDS_AND_GROUPS} wildcards and groups in braces`;
  }
  const isDense = pattern.split('/').some((name) => countWildcards(name) > MAX_WILDCARDS_PER_NAME);
  return isDense ? `has more than ${MAX_WILDCARDS_PER_NAME} wildcards between two /` : null;
}

function countWildcards(pattern: string): number {
  return pattern.match(/\*+|\?/g)?.length ?? 0;
}

/**
 * Names that match, in their own order, however their accents are composed. A name equal to the pattern always
 * does: `a[1].png` is a file name too.
 */
export function matchGlob(pattern: string, names: readonly string[]): string[] {
  const composed = pattern.normalize('NFC');
  const matches = picomatch(composed, OPTIONS);
  return names.filter((name) => {
    const plain = name.normalize('NFC');
    return plain === composed || matches(plain);
  });
}
