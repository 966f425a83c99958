/** Runs one piece of work after the other, in the order of calls; one that fails fails its own caller only. */
export type SerialQueue = <Value>(work: () => Promise<Value>) => Promise<Value>;

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
