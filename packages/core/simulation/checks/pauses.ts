import type { Core } from '../core.ts';
import type { Process } from '../process.ts';
import type { Violate } from './invariants.ts';

/** An account that was told to wait, by the clock of the process that was told. */
interface Pause {
  readonly process: Process;
  readonly provider: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Who was told to wait announces nothing at that account before the wait is over. */
export class PauseCheck {
  private readonly core: Core;
  private readonly violate: Violate;
  private readonly pauses: Pause[] = [];

  constructor(core: Core, violate: Violate) {
    this.core = core;
    this.violate = violate;
  }

  /** A process hears that its account has to wait. */
  paused(process: Process, provider: string, forMs: number): void {
    const fromMs = process.nowMs();
    this.pauses.push({ process, provider, fromMs, untilMs: fromMs + forMs });
  }

  /** A process writes into its journal, by provider of what is bought. */
  wrote(process: Process, line: string, providerOf: (key: string) => string | undefined): void {
    if (!line.includes('"type":"submit"')) return;
    const [event] = this.core.parseJournal(`${line}\n`, 'the journal');
    if (event?.type !== 'submit') return;
    const provider = providerOf(event.fingerprint);
    const pause = this.pauses.find(
      (each) =>
        each.process === process &&
        each.provider === provider &&
        each.fromMs < event.atMs &&
        event.atMs < each.untilMs,
    );
    if (pause == null) return;
    this.violate(
      'announced while paused',
      `${process.identity.name} announced a purchase at ${provider} ${pause.untilMs - event.atMs} ms before its pause was over`,
    );
  }
}
