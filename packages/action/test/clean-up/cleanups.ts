/** Tests of a file run at the same time, so what they leave is taken away after the last of them. */
const cleanups: (() => unknown)[] = [];

export function cleanUpLater(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
