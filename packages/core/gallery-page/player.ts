import { byId } from './elements.ts';
import { createFilters } from './filters.ts';
import { fitHeader } from './header.ts';
import { listenToKeys } from './keyboard.ts';
import { makeRow, type Row } from './row.ts';
import { connect, type Scrubber, showState } from './scrubber.ts';
import { createThemeSwitch } from './theme.ts';
import { Transport } from './transport.ts';

/** Clips are decoded shortly before they come into view, and given back when they are far away. */
const LOAD_MARGIN = '600px 0px';

document.documentElement.dataset.script = 'on';
createThemeSwitch();
fitHeader();

const inView = new Set<Row>();
let current: Row | null = null;
let hasSound = false;

const scrubberOfAll: Scrubber = {
  button: byId('play-all', HTMLButtonElement),
  range: byId('scrub-all', HTMLInputElement),
  time: byId('time-all', HTMLElement),
  label: byId('play-label', HTMLElement),
  what: 'all in view',
};
const all = new Transport(
  () => [...inView].flatMap((row) => (row.item.hidden ? [] : row.clips())),
  (state) => {
    showState(scrubberOfAll, state, true);
    for (const row of inView) row.transport?.adopt(state.positionS);
  },
);
const rows = [...document.querySelectorAll<HTMLElement>('.row')].map((item) =>
  makeRow(item, {
    toggled: toggleRow,
    loaded(row, clip) {
      if (all.isPlaying && inView.has(row)) all.join(clip);
      else row.transport?.join(clip);
      applySound();
    },
  }),
);
const shownRows = createFilters(rows, stopHidden);
connect(scrubberOfAll, all, toggleAll);
scrubberOfAll.range.addEventListener('input', stopRows);

observe(LOAD_MARGIN, (row, isNear) => {
  if (isNear) row.load();
  else row.unload();
});
observe('0px', (row, isVisible) => {
  if (isVisible) inView.add(row);
  else {
    inView.delete(row);
    if (all.isPlaying) for (const clip of row.clips()) clip.pause();
  }
});

for (const row of rows) {
  row.item.addEventListener('focusin', () => makeCurrent(row));
  row.item.addEventListener('pointerdown', () => makeCurrent(row));
}
byId('sound', HTMLButtonElement).addEventListener('click', ({ currentTarget }) => {
  hasSound = !hasSound;
  if (currentTarget instanceof HTMLElement)
    currentTarget.setAttribute('aria-pressed', String(hasSound));
  applySound();
});
document.addEventListener('visibilitychange', () => {
  if (document.hidden) stopEverything();
});
listenToKeys({
  toggle: () => (current == null ? toggleAll() : toggleRow(current)),
  toggleAll,
  step(seconds) {
    const transport = current == null ? all : current.transport;
    if (transport == null) return;
    stopEverything();
    transport.seek(transport.positionS + seconds);
  },
  move(by) {
    const shown = shownRows();
    const at = current == null ? -1 : shown.indexOf(current);
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next == null) return;
    makeCurrent(next);
    next.article.focus({ preventScroll: true });
    next.item.scrollIntoView({ block: 'nearest' });
  },
});

function toggleRow(row: Row): void {
  if (row.transport == null) return;
  const wasPlaying = row.transport.isPlaying;
  stopEverything();
  makeCurrent(row);
  if (!wasPlaying) {
    row.load();
    row.transport.play();
  }
}

function toggleAll(): void {
  if (all.isPlaying) {
    all.pause();
    return;
  }
  stopRows();
  all.play();
  applySound();
}

function stopRows(): void {
  for (const row of rows) row.transport?.pause();
}

function stopHidden(): void {
  for (const row of rows) if (row.item.hidden) row.transport?.pause();
}

function stopEverything(): void {
  all.pause();
  stopRows();
}

function makeCurrent(row: Row): void {
  if (current === row) return;
  current?.article.removeAttribute('aria-current');
  current = row;
  row.article.setAttribute('aria-current', 'true');
  applySound();
}

/** One clip is heard at a time: several in step would only blur each other. */
function applySound(): void {
  const heard = hasSound ? ((current ?? [...inView][0])?.heard() ?? null) : null;
  for (const row of rows) {
    for (const video of row.clips()) video.muted = video !== heard;
  }
}

function observe(rootMargin: string, onChange: (row: Row, isThere: boolean) => void): void {
  const byItem = new Map<Element, Row>(rows.map((row) => [row.item, row]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const row = byItem.get(target);
        if (row != null) onChange(row, isIntersecting);
      }
    },
    { rootMargin },
  );
  for (const { item } of rows) observer.observe(item);
}
