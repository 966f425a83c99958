/** Markdown as GitHub shows it: our reports write punctuation as entities. */
export function shownText(markdown = ''): string {
  return markdown
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)));
}
