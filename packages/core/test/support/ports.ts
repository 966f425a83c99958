import { createNodePorts } from '../../src/node/ports.ts';
import type { ClockPort, Ports } from '../../src/ports.ts';

/** Sleeping costs no time; what was asked for is kept. */
export class ImpatientClock implements ClockPort {
  readonly waitsMs: number[] = [];

  nowMs(): number {
    return Date.UTC(2026, 9, 12, 9);
  }

  async sleep(ms: number): Promise<void> {
    this.waitsMs.push(ms);
  }
}

/** Sleeping moves it, and costs no time. */
export function movingClock(startMs: number): ClockPort {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
    },
  };
}

export interface TestPorts extends Ports {
  readonly clock: ImpatientClock;
  readonly messages: string[];
}

/** Real disk, git and network; time, chance and log are the test's. */
export function makePorts(changes: Partial<Pick<Ports, 'http' | 'files'>> = {}): TestPorts {
  const messages: string[] = [];
  const keep = (message: string) => {
    messages.push(message);
  };
  return {
    ...createNodePorts({ info: keep, warning: keep }),
    clock: new ImpatientClock(),
    random: () => 0.5,
    messages,
    ...changes,
  };
}
