import { byId } from './elements.ts';

/** One frame at 30 frames a second. */
const FRAME_S = 1 / 30;

export interface KeyActions {
  toggle(): void;
  toggleAll(): void;
  step(seconds: number): void;
  move(by: 1 | -1): void;
}

export function listenToKeys(actions: KeyActions): void {
  const help = byId('help', HTMLDialogElement);
  const filter = byId('filter', HTMLInputElement);
  byId('keys', HTMLButtonElement).addEventListener('click', () => help.showModal());
  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ' ': () => actions.toggle(),
    ArrowRight: ({ shiftKey }) => actions.step(shiftKey ? 1 : FRAME_S),
    ArrowLeft: ({ shiftKey }) => actions.step(shiftKey ? -1 : -FRAME_S),
    j: () => actions.move(1),
    k: () => actions.move(-1),
    a: () => actions.toggleAll(),
    m: () => byId('sound', HTMLButtonElement).click(),
    t: () => byId('theme', HTMLButtonElement).click(),
    '/': () => filter.focus(),
    '?': () => help.showModal(),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === 'Escape' && event.target === filter) filter.blur();
    if (hasOwnMeaning(event)) return;
    const act = keys[event.key];
    if (act == null) return;
    event.preventDefault();
    act(event);
  });
}

/** Letters typed into a field, the space on a button, the arrows of a scrubber stay what they are. */
function hasOwnMeaning({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) {
    return target.type !== 'range' || (target.id === 'scrub-all' && key.startsWith('Arrow'));
  }
  return key === ' ' && target.closest('button, a, summary') != null;
}
