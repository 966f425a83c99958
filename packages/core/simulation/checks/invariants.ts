/** What must hold in every history, by name. */
export type Invariant =
  | 'bought twice'
  | 'bought at two companies'
  | 'output lost'
  | 'over a limit'
  | 'ledger below the bill'
  | 'sent before it was announced'
  | 'not understandable'
  | 'ledger unreadable'
  | 'counted twice'
  | 'retried too often'
  | 'announced while paused'
  | 'bought by a wrong clock'
  | 'bought while frozen';

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}

export type Violate = (invariant: Invariant, message: string) => void;
