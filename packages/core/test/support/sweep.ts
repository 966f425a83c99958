/** Which of a sweep's values are tested: `npm test` takes one in five, sweeps.verify.test.ts all of them. */
const ONE_IN = process.env.SWEEPS === 'whole' ? 1 : 5;

export function sweepSize(whole: number): number {
  return Math.ceil(whole / ONE_IN);
}

export function sweepOf<Value>(values: Iterable<Value>): Value[] {
  return [...values].filter((_value, index) => index % ONE_IN === 0);
}
