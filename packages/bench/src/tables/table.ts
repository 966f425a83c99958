import type { Stage } from '../measure/stage.ts';
import type { Benchmarks, Measured, TableName } from '../results.ts';

export interface TableContext {
  readonly stage: Stage;
  /** A taste of the table in some seconds, instead of the whole. */
  readonly isQuick: boolean;
  readonly rounds: number;
  /** Most transfers in flight that the bundle under test accepts. */
  readonly concurrency: number;
  say(text: string): void;
}

type RowOf<Name extends TableName> =
  NonNullable<Benchmarks[Name]> extends Measured<infer Row> ? Row : never;

export interface Table<Name extends TableName> {
  readonly name: Name;
  run(context: TableContext): Promise<readonly RowOf<Name>[]>;
}
