import type { Transport, TransportState } from './transport.ts';

/** The visible side of a transport. */
export interface Scrubber {
  readonly button: HTMLButtonElement;
  readonly range: HTMLInputElement;
  readonly time: HTMLElement;
  /** The words on the button; `null` where there is no room for them. */
  readonly label: HTMLElement | null;
  /** What the button plays, for its name. */
  readonly what: string;
}

export function showState(scrubber: Scrubber, state: TransportState, isWhole: boolean): void {
  const { button, range, time, label, what } = scrubber;
  const durationS = Math.max(state.durationS, isWhole ? 0 : Number(range.max));
  const positionS = Math.min(state.positionS, durationS);
  if (Number(range.max) !== durationS) range.max = String(durationS);
  range.value = String(positionS);
  range.style.setProperty('--done', `${durationS > 0 ? (100 * positionS) / durationS : 0}%`);
  range.setAttribute('aria-valuetext', `${positionS.toFixed(1)} seconds`);
  time.textContent = `${positionS.toFixed(1)} / ${durationS.toFixed(1)} s`;
  const verb = state.isPlaying ? 'Pause' : 'Play';
  const name = `${verb} ${what}`;
  if (button.getAttribute('aria-label') !== name) {
    button.setAttribute('aria-label', name);
    button.title = name;
    if (label != null) label.textContent = `${verb} all`;
  }
  button.classList.toggle('playing', state.isPlaying);
}

export function connect(
  { button, range }: Scrubber,
  transport: Transport,
  toggle: () => void,
): void {
  button.addEventListener('click', toggle);
  range.addEventListener('input', () => {
    const positionS = Number(range.value);
    transport.pause();
    transport.seek(positionS);
  });
}
