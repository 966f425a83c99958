import { plainText } from './escape-text.ts';

/**
 * Any text as inert Markdown: nothing in it can become a link, an image, a mention, HTML, a table
 * cell of its own or a comment marker. Every character with a meaning becomes an entity.
 */
export function markdownText(text: string, maxCharacters = 500): string {
  return plainText(text, maxCharacters).replace(
    /[\\`*_{}[\]()#+\-.!|<>&@~$^:=/"']/gu,
    (character) => {
      const entity = `&#${character.codePointAt(0)};`;
      // GitHub looks for mentions and issue numbers in the rendered text: a zero-width space parts them.
      return character === '@' || character === '#' ? `${entity}&#8203;` : entity;
    },
  );
}
