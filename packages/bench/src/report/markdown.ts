/** A table whose columns after the first are numbers. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

export function milliseconds(value: number | null): string {
  return value == null ? '-' : `${Math.round(value).toLocaleString('en-US')} ms`;
}

export function megabytes(value: number): string {
  return `${Math.round(value).toLocaleString('en-US')} MB`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
