/** A list that grows, and that a test can wait on. */
export interface Journal<Entry> {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** Says that an entry changed, so that waiting predicates look again. */
  touch(): void;
  /** The first entry, present or future, that the predicate accepts. Rejects after `timeoutMs`. */
  waitFor(predicate: (entry: Entry) => boolean, timeoutMs?: number): Promise<Entry>;
}

export function createJournal<Entry>(describe: (entry: Entry) => string): Journal<Entry> {
  const entries: Entry[] = [];
  const watchers = new Set<() => void>();
  const touch = () => {
    for (const look of [...watchers]) look();
  };

  return {
    entries,
    touch,
    add(entry) {
      entries.push(entry);
      touch();
    },
    waitFor(predicate, timeoutMs = 300_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          const seen = entries.map((entry) => `\n  ${describe(entry)}`).join('');
          reject(new Error(`nothing that was waited for came in ${timeoutMs} ms; seen:${seen}`));
        }, timeoutMs);
        const look = () => {
          const found = entries.find(predicate);
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
  };
}
