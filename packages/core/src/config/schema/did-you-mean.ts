/** The one of the names that was probably meant, where exactly one is written almost so; else `null`. */
export function findMeant(names: Iterable<string>, written: string): string | null {
  const plain = bare(written);
  if (plain.length < 2) return null;
  const near = [...new Set(names)].filter((name) => resembles(bare(name), plain));
  const closest = near.filter((name) => bare(name) === plain);
  const [meant = null, other] = closest.length > 0 ? closest : near;
  return other == null ? meant : null;
}

/** `; did you mean kling-3.0?`, or nothing. */
export function suggest(names: Iterable<string>, written: unknown): string {
  if (typeof written !== 'string' && typeof written !== 'number') return '';
  const meant = findMeant(names, String(written));
  return meant == null ? '' : `; did you mean ${meant}?`;
}

/** One is a part of the other, or one slip is in it: two in a name of eight characters or more. */
function resembles(name: string, written: string): boolean {
  if (name.includes(written) || written.includes(name)) return true;
  const most = name.length < 8 ? 1 : 2;
  // Whoever wrote a whole file for a name meant none of these, and the table would be as large.
  return Math.abs(name.length - written.length) <= most && countSlips(name, written) <= most;
}

/** Characters too many, missing, or other ones, and neighbours that changed places (optimal string alignment). */
function countSlips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? 0;
      current.push(
        Math.min(
          at(1, 0) + 1,
          (current[column - 1] ?? 0) + 1,
          at(1, 1) + (isSame ? 0 : 1),
          row > 1 && column > 1 && isSwapped ? at(2, 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(current);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
