/**
 * Loaded before the action (`node --import`). Prints that a signal has arrived and after how long the
 * action would end its process by force, and puts that end off: what an orderly end leaves behind does
 * not depend on how busy the machine is, and the wait can be compared with the runner's.
 */
const PUT_OFF_MS = 300_000;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The first listener, so that it sees which timers those of the action start.
  process.prependListener(signal, () => {
    const realSetTimeout = globalThis.setTimeout;
    const started: { readonly callback: () => void; readonly ms: number; timer: NodeJS.Timeout }[] =
      [];
    const watched = (callback: () => void, ms = 0) => {
      const timer = realSetTimeout(callback, ms);
      started.push({ callback, ms, timer });
      return timer;
    };
    Object.assign(globalThis, { setTimeout: Object.assign(watched, realSetTimeout) });
    process.nextTick(() => {
      globalThis.setTimeout = realSetTimeout;
      // The action starts this one last.
      const end = started.at(-1);
      if (end == null) return;
      clearTimeout(end.timer);
      realSetTimeout(end.callback, PUT_OFF_MS).unref();
      process.stdout.write(`${signal} has arrived; a forced end would follow in ${end.ms} ms\n`);
    });
  });
}
