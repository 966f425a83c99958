import { byId } from './elements.ts';
import type { Row } from './row.ts';

/** Filter and sort: rows are hidden and moved, never made anew. Returns the rows that are shown, in order. */
export function createFilters(rows: readonly Row[], onChange: () => void): () => readonly Row[] {
  const list = rows[0]?.item.parentElement ?? null;
  const text = byId('filter', HTMLInputElement);
  const state = byId('state', HTMLSelectElement);
  const provider = byId('provider', HTMLSelectElement);
  const sort = byId('sort', HTMLSelectElement);
  let shown: readonly Row[] = rows;

  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const sorted = rows.toSorted(orders[sort.value] ?? byOrder);
    shown = sorted.filter(
      ({ item, text: content }) =>
        words.every((word) => content.includes(word)) &&
        (state.value === '' || item.dataset.state === state.value) &&
        (provider.value === '' || item.dataset.provider === provider.value),
    );
    const visible = new Set(shown);
    for (const row of rows) row.item.hidden = !visible.has(row);
    list?.append(...sorted.map(({ item }) => item));
    const all = `${rows.length} ${rows.length === 1 ? 'transfer' : 'transfers'}`;
    byId('count', HTMLElement).textContent =
      shown.length === rows.length ? all : `${shown.length} of ${all}`;
    byId('none', HTMLElement).hidden = shown.length > 0 || rows.length === 0;
    onChange();
  };

  for (const control of [text, state, provider, sort]) control.addEventListener('input', apply);
  text.form?.addEventListener('submit', (event) => event.preventDefault());
  byId('clear', HTMLButtonElement).addEventListener('click', () => {
    text.value = '';
    state.value = '';
    provider.value = '';
    text.focus();
    apply();
  });
  return () => shown;
}

type Order = (a: Row, b: Row) => number;

const numberOf = ({ item }: Row, name: 'order' | 'price' | 'seconds') => Number(item.dataset[name]);
const byOrder: Order = (a, b) => numberOf(a, 'order') - numberOf(b, 'order');
const orders: Readonly<Record<string, Order>> = {
  order: byOrder,
  name: (a, b) => byText(a, b, 'name') || byOrder(a, b),
  state: (a, b) => byText(a, b, 'state') || byOrder(a, b),
  price: (a, b) => numberOf(b, 'price') - numberOf(a, 'price') || byOrder(a, b),
  seconds: (a, b) => numberOf(b, 'seconds') - numberOf(a, 'seconds') || byOrder(a, b),
};

function byText(a: Row, b: Row, name: 'name' | 'state'): number {
  return (a.item.dataset[name] ?? '').localeCompare(b.item.dataset[name] ?? '', 'en', {
    numeric: true,
  });
}
