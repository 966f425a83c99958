import { withoutQueries } from '../model/secrets/redact.ts';

/**
 * Text of others (providers, file names, configs) made safe for one line of a log. The runner acts on
 * `::command` at the start of a line and on `##[command]` anywhere in one (actions/runner,
 * ActionCommand.TryParse); terminals act on escapes, readers are fooled by bidirectional controls.
 * URLs lose their query, which may hold a signature.
 */
export function plainText(text: string, maxCharacters = 2_000): string {
  const oneLine = withoutQueries(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u00a0\ufeff]+/gu, ' ')
    .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]/gu, '')
    .replaceAll('##[', '# #[')
    .replaceAll('::', ':\u200a:');
  return oneLine.length <= maxCharacters ? oneLine : `${oneLine.slice(0, maxCharacters)}...`;
}
