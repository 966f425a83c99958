import type { TableName } from '../results.ts';
import type { Target } from './target.ts';

/** What one table gives to the document. */
export interface Section {
  readonly name: TableName;
  readonly title: string;
  /** How it was measured. */
  readonly text: string;
  readonly targets: readonly Target[];
  /** Markdown of the figures themselves. */
  readonly figures: string;
  /** SVG by file name. */
  readonly plots: Readonly<Record<string, string>>;
}
