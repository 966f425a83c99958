import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { TICKS_PER_SECOND } from './child-cost.ts';

/**
 * From now on until it is called: the share of all processors that other work on the machine took. Figures of a busy
 * machine say less. Children count as ours once they have ended, so it is to be called when all have.
 */
export function watchOthers(): () => number {
  const startedAtMs = performance.now();
  const before = othersS();
  return () => {
    const passedS = (performance.now() - startedAtMs) / 1_000;
    return Math.max(0, (othersS() - before) / (passedS * availableParallelism()));
  };
}

/** Processor seconds of everything on the machine but this process and its ended children. */
function othersS(): number {
  const all = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ') ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = all.map(Number);
  const own = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ours = own.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return (user + nice + system + irq + softIrq - ours) / TICKS_PER_SECOND;
}
