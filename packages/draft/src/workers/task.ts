/**
 * Takes what its items have in common, prepares its scratch once, and returns the function for one item. An item's
 * result depends on the common part and the item alone, never on order, thread or earlier items: that makes drafts
 * identical for any number of workers.
 */
export type Task<Common, Item, Result> = (common: Common) => (item: Item) => Result;

/** A task with its types forgotten, for the message channel between threads. */
export type AnyTask = Task<never, never, unknown>;

/** Tasks by the names under which threads ask each other for them. */
export type TaskRegistry = Readonly<Record<string, AnyTask>>;

type Run = <Common, Item, Result>(
  task: Task<Common, Item, Result>,
  common: NoInfer<Common>,
  items: readonly NoInfer<Item>[],
) => Promise<Result[]>;

/** Runs tasks item by item. Results come in the order of the items, whoever did them. */
export interface Pool {
  /** Threads beside the calling one. */
  readonly size: number;
  /** On all threads and the calling one, which is free for others between two items. */
  readonly run: Run;
  /** On the other threads only, as long as there are any: the caller has work of its own. */
  readonly runBeside: Run;
  close(): Promise<void>;
}
