import { byId } from './elements.ts';

const KEY = 'motion-transfer-theme';

/** The system's theme until the button is pressed; then the other one, remembered where that is allowed. */
export function createThemeSwitch(): void {
  const root = document.documentElement;
  const isSystemDark = matchMedia('(prefers-color-scheme: dark)');
  const remembered = recall();
  if (remembered === 'light' || remembered === 'dark') root.dataset.theme = remembered;
  byId('theme', HTMLButtonElement).addEventListener('click', () => {
    const isDark =
      root.dataset.theme == null ? isSystemDark.matches : root.dataset.theme === 'dark';
    root.dataset.theme = isDark ? 'light' : 'dark';
    remember(root.dataset.theme);
  });
}

function recall(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A sandboxed page has no storage.
  }
}
