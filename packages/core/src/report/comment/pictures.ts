import { markdownText } from '../escape-markdown.ts';
import { isUnchanged } from '../row-groups.ts';
import { describePrice } from '../row-price.ts';
import type { ReportRow } from '../rows.ts';
import { PICTURES_END, PICTURES_START } from './document.ts';

/** A picture of one transfer that GitHub can show, as wide as it is made: on a phone GitHub shrinks it to the screen. */
export interface CommentPicture {
  readonly url: string;
  readonly alt: string;
}

export interface Pictured {
  /** By output. */
  readonly pictures: ReadonlyMap<string, CommentPicture>;
  /** Where a click on a picture leads. */
  readonly galleryUrl: string | null;
}

/** Beyond these they are folded away, and beyond all of them only the gallery has them. */
const MOST_OPEN = 4;
const MOST_SHOWN = 24;

/** A strip for each changed transfer that has one, with what it is and what it costs below it. */
export function renderPictures(
  rows: readonly ReportRow[],
  { pictures, galleryUrl }: Pictured,
): string[] {
  const shown = rows.flatMap((row) => {
    const picture = isUnchanged(row) ? null : pictures.get(row.output);
    return picture == null || !isPage(picture.url) ? [] : [renderPicture(row, picture, galleryUrl)];
  });
  if (shown.length === 0) return [];
  const [open, rest] = [shown.slice(0, MOST_OPEN), shown.slice(MOST_OPEN, MOST_SHOWN)];
  const left = shown.length - open.length - rest.length;
  const more =
    rest.length === 0
      ? []
      : [
          `<details><summary>${rest.length} more</summary>`,
          '',
          ...rest,
          '',
          ...(left === 0 ? [] : [`_and ${left} more in the gallery_`, '']),
          '</details>',
        ];
  return ['', PICTURES_START, ...open, ...more, PICTURES_END];
}

function renderPicture(
  row: ReportRow,
  { url, alt }: CommentPicture,
  galleryUrl: string | null,
): string {
  const image = `<img src="${attribute(url)}" alt="${markdownText(alt, 300)}">`;
  const linked = galleryUrl == null ? image : `<a href="${attribute(galleryUrl)}">${image}</a>`;
  const facts = [row.state.label, describePrice(row.price)].filter((fact) => fact !== '');
  const caption = `<b>${markdownText(row.id, 200)}</b> · ${facts.map((fact) => markdownText(fact)).join(' · ')}`;
  return `<p>${linked}<br><sub>${caption}</sub></p>`;
}

function isPage(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol);
}

function attribute(url: string): string {
  return new URL(url).href
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
