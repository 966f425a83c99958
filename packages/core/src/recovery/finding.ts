/** One thing that was found out about a purchase, for people. */
export interface Finding {
  readonly fingerprint: string;
  readonly transferId: string;
  readonly message: string;
}
