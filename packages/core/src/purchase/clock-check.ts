import type { SharedLedger } from '../ledger/shared-ledger.ts';
import { type ClockReading, offsetOf, whyClockIsWrong } from '../model/clock-reading.ts';
import { ClockError } from '../model/errors.ts';
import type { Ports } from '../ports.ts';

/**
 * Compares the clock of this machine with one that is not ours: that of the ledger's server, else
 * GitHub's, else what the answers of providers say. Purchases are dated by it.
 */
export interface ClockCheck {
  /** What the clock of a provider says. */
  note(reading: ClockReading): void;
  /** Asks for the time elsewhere, once in a run. @throws ClockError when ours is wrong. */
  confirm(): Promise<void>;
  /** @throws ClockError when it was found wrong. */
  refuseWrong(): void;
  /** What time it is elsewhere; `null` when nobody says. */
  outsideNowMs(): Promise<number | null>;
}

export function createClockCheck(
  { clock, github, log }: Pick<Ports, 'clock' | 'github' | 'log'>,
  ledger: Pick<SharedLedger, 'readClock'> | null,
): ClockCheck {
  let asking: Promise<ClockReading | null> | null = null;
  let asked: ClockReading | null = null;
  let noted: ClockReading | null = null;
  const ask = (): Promise<ClockReading | null> => {
    asking ??= (async () => {
      asked = (await ledger?.readClock()) ?? (await github?.readClock()) ?? null;
      return asked;
    })();
    return asking;
  };
  const refuseWrong = () => {
    const reading = asked ?? noted;
    const reason = reading == null ? null : whyClockIsWrong(reading);
    if (reason != null) throw new ClockError(reason);
  };
  return {
    note(reading) {
      noted = reading;
    },
    async confirm() {
      const isFirst = asking == null;
      const reading = (await ask()) ?? noted;
      if (reading == null && isFirst)
        log.info(
          'neither the ledger nor GitHub says what time it is, so the clock of this machine is taken to be right',
        );
      refuseWrong();
    },
    refuseWrong,
    async outsideNowMs() {
      const reading = (await ask()) ?? noted;
      return reading == null ? null : clock.nowMs() - offsetOf(reading);
    },
  };
}
