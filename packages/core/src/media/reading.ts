/** What was read of an asset. */
export interface Reading<Facts> {
  readonly facts: Facts;
  /** Why nothing may be bought with it although its facts are known; `null` where all is well. */
  readonly problem: string | null;
}
