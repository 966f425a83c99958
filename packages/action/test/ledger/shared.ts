import { oneTransfer, purchasesOf, startWorkbench, type Workbench } from '../workbench.ts';

export const HOUR_MS = 3_600_000;
const WRITE = { contents: 'write', actions: 'read', 'pull-requests': 'write' } as const;

export async function startShared(options: Parameters<typeof startWorkbench>[0] = {}) {
  const bench = await startWorkbench({ config: oneTransfer('empiriolabs'), ...options });
  const token = bench.emulator.github.createToken(WRITE);
  const elsewhere = () => ({ token, workspace: bench.checkout() });
  return { bench, token, elsewhere };
}

export function entries(
  bench: Workbench,
): { state: string; charge: { microUsd: number } | null }[] {
  return purchasesOf(bench.ledger());
}

/** Resolves when the ledger was written so often: reserved, announced, accepted. */
export async function pushes(bench: Workbench, count: number): Promise<void> {
  let seen = 0;
  await bench.emulator.waitFor(({ path, method, status }) => {
    if (method === 'POST' && path.endsWith('/git-receive-pack') && status === 200) seen += 1;
    return seen >= count;
  });
}
