import { byId } from './elements.ts';

/** On a phone the first picture comes first: what is asked for seldom is a tap away. */
export function fitHeader(): void {
  const origin = byId('origin', HTMLDetailsElement);
  const isNarrow = matchMedia('(max-width: 640px)');
  const fit = () => {
    origin.open = !isNarrow.matches;
  };
  fit();
  isNarrow.addEventListener('change', fit);
  const button = byId('more-filters', HTMLButtonElement);
  button.addEventListener('click', () => {
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
  });
}
