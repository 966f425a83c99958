import sharp from 'sharp';

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300" viewBox="0 0 300 300">${content}</svg>`;

/** A figure that would be fine on a plain ground. */
const FIGURE = `<g stroke-linecap="round" fill="none"><path d="M135 180L125 285M165 180L175 285" stroke="#345" stroke-width="20"/>
<path d="M122 95L90 140L78 190M178 95L210 140L222 190" stroke="#b76" stroke-width="15"/></g>
<rect x="115" y="80" width="70" height="105" rx="20" fill="#c33"/><circle cx="150" cy="48" r="30" fill="#eca"/>`;

const shards = Array.from({ length: 260 }, (_, i) => {
  const at = (step: number) => (i * step) % 300;
  return `<rect x="${at(67) - 10}" y="${at(101) - 10}" width="38" height="30" fill="hsl(${(i * 47) % 360} 70% ${30 + ((i * 13) % 45)}%)"/>`;
}).join('');

/** Characters that cannot become puppets, as SVG. */
export const THINGS = {
  blob: svg(
    '<path d="M40 190C20 90 110 40 170 60S290 120 265 210S180 270 130 262S50 250 40 190Z" fill="#4a8"/>',
  ),
  car: svg(`<path d="M15 200V160L70 150L105 105H200L240 150L285 162V200Z" fill="#c33"/>
<circle cx="80" cy="202" r="28" fill="#222"/><circle cx="225" cy="202" r="28" fill="#222"/>`),
  house: svg(
    '<path d="M40 280V130H20L150 20L280 130H260V280Z" fill="#b84"/><rect x="125" y="190" width="50" height="90" fill="#532"/>',
  ),
  fish: svg(
    '<ellipse cx="130" cy="150" rx="100" ry="55" fill="#48c"/><path d="M215 150L290 95V205Z" fill="#48c"/>',
  ),
  dog: svg(`<g stroke="#964" stroke-width="17" stroke-linecap="round"><path d="M72 155L65 220M98 158L98 220M183 158L186 220M209 155L215 220
M215 130L248 78M58 124L32 91"/></g><ellipse cx="137" cy="130" rx="85" ry="33" fill="#964"/><ellipse cx="258" cy="72" rx="32" ry="20" fill="#964"/>`),
  'a portrait': svg(
    '<path d="M20 300C20 215 80 200 150 196S280 215 280 300Z" fill="#357"/><ellipse cx="150" cy="115" rx="65" ry="82" fill="#eca"/>',
  ),
  'a figure cut at the waist':
    svg(`<path d="M105 300V135Q150 112 195 135V300Z" fill="#a33"/><circle cx="150" cy="72" r="46" fill="#eca"/>
<path d="M110 140L75 225L68 290M190 140L225 225L232 290" stroke="#a33" stroke-width="23" fill="none"/>`),
  'two figures': svg(
    `<g transform="translate(-62 0)">${FIGURE}</g><g transform="translate(62 0)">${FIGURE}</g>`,
  ),
  text: svg(
    '<text x="5" y="190" font-size="130" font-weight="bold" font-family="serif">Abc</text>',
  ),
  'a figure in front of a busy background': svg(
    `<rect width="300" height="300" fill="#456"/>${shards}${FIGURE}`,
  ),
} as const;

/** A picture with nothing in it. */
export const NOTHING = svg('<rect width="300" height="300" fill="#88a"/>');

export async function writeThing(content: string, path: string): Promise<void> {
  await sharp(Buffer.from(content)).png().toFile(path);
}
