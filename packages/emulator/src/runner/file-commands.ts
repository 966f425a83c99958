/** What a GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV file sets; a malformed one fails the step. */
export type FileCommands =
  | { readonly values: Record<string, string> }
  | { readonly problem: string };

/** `name=value` lines, and `name<<delimiter` blocks that end with the delimiter on its own line. */
export function parseFileCommands(text: string): FileCommands {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals > 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const name = line.slice(0, Math.max(heredoc, 0));
    const delimiter = line.slice(heredoc + 2);
    if (name === '' || delimiter === '') return { problem: `Invalid format '${line}'` };
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) {
      return { problem: `Invalid value. Matching delimiter not found '${delimiter}'` };
    }
    values[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return { values };
}
