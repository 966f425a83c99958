/**
 * The runner's reading of one line of output (actions/runner, ActionCommand.TryParseV2 and TryParse):
 * `::command` after leading white space as .NET knows it, and `##[command]` anywhere.
 */
export function runnerObeys(line: string): boolean {
  const trimmed = line.replace(/^[\s\u0085\u180e]+/u, '');
  const isNew = trimmed.startsWith('::') && trimmed.indexOf('::', 2) >= 0;
  const oldAt = line.indexOf('##[');
  const isOld = oldAt >= 0 && line.indexOf(']', oldAt) >= 0;
  return isNew || isOld;
}

/** Every way in which a line may end for the runner, a terminal or a JSON log. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
}
