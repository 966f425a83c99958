import { plainText } from '../escape-text.ts';

/** Markup whose foreign texts have been escaped; only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[] | null;

/** A template whose every text is escaped, in elements and in quoted attributes alike. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = literals.reduce((text, literal, index) => {
    const part = index === 0 ? null : (parts[index - 1] ?? null);
    return `${text}${markupOf(part)}${literal}`;
  }, '');
  return { markup };
}

/** Markup of our own, as it is. */
export function raw(markup: string): Html {
  return { markup };
}

function markupOf(part: Part): string {
  if (part == null) return '';
  if (typeof part === 'string') return escapeHtml(plainText(part));
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(({ markup }) => markup).join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
