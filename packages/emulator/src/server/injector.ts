import type { Fault, FaultSite } from '../faults/fault.ts';
import type { RequestRecord } from './request-log.ts';

export interface FiredFault {
  readonly fault: Fault;
  readonly request: RequestRecord;
}

export interface Injector {
  inject(fault: Fault): void;
  /** Forgets what has not struck yet. */
  clear(): void;
  readonly fired: readonly FiredFault[];
  /** The fault that strikes this request, if one does. The oldest that fits goes first. */
  take(site: FaultSite, request: RequestRecord): Fault | undefined;
}

interface Armed {
  readonly fault: Fault;
  passesLeft: number;
  strikesLeft: number;
}

export function createInjector(): Injector {
  const fired: FiredFault[] = [];
  let armed: Armed[] = [];
  return {
    fired,
    inject(fault) {
      armed.push({ fault, passesLeft: fault.after ?? 0, strikesLeft: fault.times ?? 1 });
    },
    clear() {
      armed = [];
    },
    take(site, request) {
      const fitting = armed.filter(
        ({ fault, strikesLeft }) =>
          strikesLeft > 0 &&
          fault.at === site.at &&
          (fault.provider === undefined || fault.provider === site.provider),
      );
      for (const candidate of fitting) {
        if (candidate.passesLeft > 0) {
          candidate.passesLeft -= 1;
          continue;
        }
        candidate.strikesLeft -= 1;
        fired.push({ fault: candidate.fault, request });
        return candidate.fault;
      }
      return undefined;
    },
  };
}
