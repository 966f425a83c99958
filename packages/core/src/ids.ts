/**
 * Hex digits that nobody else mints: 16 of them name something for the length of a run, 20 and more
 * for good. Chance is an argument, so that a simulated run mints the same ones again. No secret: whoever
 * knows some of them may guess the next.
 */
export function randomId(random: () => number, digits: number): string {
  let id = '';
  while (id.length < digits) {
    id += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return id.slice(0, digits);
}
