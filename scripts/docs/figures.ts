/** What one command measured, as `docs/promises.figures.json` keeps it: the newest of each. */
export interface Measurement {
  readonly command: string;
  /** `2026-11-21` */
  readonly date: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** The figures behind the promises, each with the command that repeats it. */
export function renderFigures(measurements: Readonly<Record<string, Measurement>>): string {
  const rows = Object.values(measurements).map(({ command, date, figures }) => {
    const shown = Object.entries(figures)
      .map(([name, figure]) => `${name}: ${figure.toLocaleString('en-US')}`)
      .join('; ');
    return `| \`${command}\` | ${shown} | ${date} |`;
  });
  return ['| Command | Figures | Measured |', '| --- | --- | --- |', ...rows].join('\n');
}
