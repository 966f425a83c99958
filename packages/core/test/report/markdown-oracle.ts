import { lexer, type Token } from 'marked';

/** Token types that text may consist of; `space` is the gap between blocks. */
const INERT = new Set(['text', 'escape', 'paragraph', 'space']);

/** What a GFM parser and GitHub's own filters would make of it, beyond plain text. */
export function liveParts(markdown: string): string[] {
  const found: string[] = [];
  const visit = (token: Token) => {
    if (!INERT.has(token.type)) found.push(token.type);
    if (token.type === 'text' || token.type === 'escape') found.push(...referencesIn(token.raw));
    if ('tokens' in token) token.tokens?.forEach(visit);
  };
  lexer(markdown, { gfm: true }).forEach(visit);
  return found;
}

/** Mentions and issue numbers are looked for in the text as it is shown, entities resolved. */
function referencesIn(raw: string): string[] {
  const shown = decodeEntities(raw);
  return [
    ...(/(^|[^\w`])@[a-z\d]/i.test(shown) ? ['mention'] : []),
    ...(/(^|\W)#\d/.test(shown) ? ['issue'] : []),
  ];
}

/** The text as a reader sees it. */
export function decodeEntities(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot);/g, (_entity, name: string) => {
      const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
      return named[name] ?? '';
    });
}
