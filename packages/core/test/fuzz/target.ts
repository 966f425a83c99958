import fc from 'fast-check';

export type FuzzInput = string | Uint8Array;

/** A parser or a text function, what it is given, and what must hold whatever that is. */
export interface FuzzTarget<Input extends FuzzInput = FuzzInput> {
  readonly name: string;
  readonly input: fc.Arbitrary<Input>;
  /** How many at once, where one takes long. */
  readonly inputsInTurn?: number;
  /** Throws where it does not hold. */
  check(input: Input): void | Promise<void>;
}

/** The same type for all of them: each is given only what its own arbitrary makes, or what it was found by. */
export function fuzzTarget<Input extends FuzzInput>(target: FuzzTarget<Input>): FuzzTarget {
  return {
    ...target,
    check: (input) => target.check(input as Input),
  };
}

/** A number of inputs in a test. */
export async function assertTarget(target: FuzzTarget, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(target.input, async (input) => target.check(input)),
    { numRuns },
  );
}
