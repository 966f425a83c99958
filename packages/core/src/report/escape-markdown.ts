import { plainText } from './escape-text.ts';

/**
 * Between letters or digits these mean nothing, unless they begin an address. They stay as they are, so that a
 * secret which the runner knows is found by its mask in a summary too.
 */
const SPECIAL = /((?<=[a-z0-9])(?<!www)[-_.:+=/](?=[a-z0-9]))|[\\`*_{}[\]()#+\-.!|<>&@~$^:=/"']/giu;

/**
 * Any text as inert Markdown: nothing in it can become a link, an image, a mention, HTML, a table
 * cell of its own or a comment marker. Every character that means something where it stands becomes an entity.
 */
export function markdownText(text: string, maxCharacters = 500): string {
  return plainText(text, maxCharacters).replace(
    SPECIAL,
    (character, withinWord: string | undefined) => {
      if (withinWord != null) return character;
      const entity = `&#${character.codePointAt(0)};`;
      // GitHub looks for mentions and issue numbers in the rendered text: a zero-width space parts them.
      return character === '@' || character === '#' ? `${entity}&#8203;` : entity;
    },
  );
}

/**
 * The same as code, for files that are also read as they are: one line, of which nothing means anything. A bar
 * could end its table cell even behind a backslash, so that another sign stands for it.
 */
export function codeSpan(text: string, maxCharacters = 500): string {
  const inert = plainText(text, maxCharacters).replaceAll('`', "'").replaceAll('|', '\u00a6');
  return inert.trim() === '' ? '' : `\`${inert}\``;
}
