export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 200;
const TOP = 46;
const BOTTOM = 52;
/** Eight that colour-blind readers tell apart (Okabe and Ito), darker where the page is light. */
const LIGHT = [
  '#0072b2',
  '#d55e00',
  '#00795a',
  '#a3487c',
  '#8a6100',
  '#2f6f9f',
  '#555555',
  '#000000',
];
const DARK = [
  '#56b4e9',
  '#ff8a3d',
  '#33d6a6',
  '#e59ac4',
  '#f0c649',
  '#8fc7ee',
  '#bbbbbb',
  '#ffffff',
];
/** Label heights apart, so that lines which end at one place are still told apart. */
const LABEL_STEP = 16;

/** Both axes logarithmic: a straight line of slope one is what grows in proportion. */
export function renderPlot({ title, x, y, lines }: Plot): string {
  const points = lines.flatMap((line) => line.points).filter((point) => point.y > 0);
  const xRange = decades(points.map((point) => point.x));
  const yRange = decades(points.map((point) => point.y));
  const toX = (value: number) => scale(value, xRange, LEFT, WIDTH - RIGHT);
  const toY = (value: number) => scale(value, yRange, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...ticks(xRange).flatMap((value) => [
      line('grid', toX(value), TOP, toX(value), HEIGHT - BOTTOM),
      text('tick', toX(value), HEIGHT - BOTTOM + 18, 'middle', format(value)),
    ]),
    ...ticks(yRange).flatMap((value) => [
      line('grid', LEFT, toY(value), WIDTH - RIGHT, toY(value)),
      text('tick', LEFT - 8, toY(value) + 4, 'end', format(value)),
    ]),
  ];
  const drawn = lines.map(({ points: all }, at) => {
    const shown = all.filter((point) => point.y > 0);
    const way = shown.map((point) => `${round(toX(point.x))},${round(toY(point.y))}`).join(' ');
    const dots = shown.map(
      (point) =>
        `<circle class="dot c${at}" cx="${round(toX(point.x))}" cy="${round(toY(point.y))}" r="3"/>`,
    );
    return `<polyline class="line c${at}" points="${way}"/>${dots.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(title)}">
<style>${style(lines.length)}</style>
<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>
${text('title', LEFT, 24, 'start', title)}
${grid.join('\n')}
${text('axis', (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, 'middle', x)}
<text class="axis" transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>
${drawn.join('\n')}
${labels(lines, toY).join('\n')}
</svg>
`;
}

type Range = readonly [number, number];

function decades(values: readonly number[]): Range {
  if (values.length === 0) return [0, 1];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return [low, Math.max(high, low + 1)];
}

function ticks([low, high]: Range): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));
}

function scale(value: number, [low, high]: Range, from: number, to: number): number {
  return from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

/** Beside the end of each line, moved down where another one is there. */
function labels(lines: readonly Line[], toY: (value: number) => number): readonly string[] {
  const ends = lines
    .map(({ name, points }, at) => ({ name, at, y: toY(points.at(-1)?.y ?? 1) }))
    .toSorted((a, b) => a.y - b.y);
  let lowest = TOP - LABEL_STEP;
  return ends.map(({ name, at, y }) => {
    lowest = Math.max(y, lowest + LABEL_STEP);
    return text(`label c${at}`, WIDTH - RIGHT + 10, lowest + 4, 'start', name);
  });
}

function line(name: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${name}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}

function text(name: string, x: number, y: number, anchor: string, content: string): string {
  return `<text class="${name}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function style(lines: number): string {
  const colours = (list: readonly string[]) =>
    Array.from({ length: lines }, (_, at) => {
      const colour = list[at % list.length];
      return `.line.c${at}{stroke:${colour}}.dot.c${at},.label.c${at}{fill:${colour}}`;
    }).join('');
  return `
text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:14px;font-weight:600}.page{fill:#fff}
.grid{stroke:#ddd}.line{fill:none;stroke-width:2}${colours(LIGHT)}
@media (prefers-color-scheme:dark){text{fill:#ccc}.page{fill:#0d1117}.grid{stroke:#333}${colours(DARK)}}
`;
}

function format(value: number): string {
  return value >= 1 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(1)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
