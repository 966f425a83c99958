import { type Html, html } from './html.ts';

/** A name or path, which may be broken after `/`, `-`, `_` and a space, and nowhere inside a word. */
export function breakable(name: string): Html {
  const parts = name.split(/(?<=[/\-_ ])/).map((part) => html`${part}`.markup);
  return { markup: parts.join('<wbr>') };
}
