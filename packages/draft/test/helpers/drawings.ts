import sharp from 'sharp';
import type { CharacterImage } from '../../src/image/character-image.ts';

/**
 * Drawn characters of many kinds, so that a rule that suits one drawing does not pass for a good one. All face the
 * viewer with open limbs unless their name says otherwise.
 */
export const DRAWINGS = [
  'outlined',
  'flat',
  'dress',
  'long hair',
  'loose sleeves',
  'stocky',
  'stick',
  'hands on hips',
  'big head',
  'arms along the body',
  'shaded',
  'hand on belly',
  'legs together',
] as const;
export type Drawing = (typeof DRAWINGS)[number];

interface Look {
  readonly outline: number;
  readonly extra?: string;
}

/** A bent thick line through `points`, "x,y x,y ...", outlined when the look asks for it. */
function limb(points: string, width: number, colour: string, { outline }: Look): string {
  const path = `M${points.replaceAll(' ', 'L').replaceAll(',', ' ')}`;
  const stroke = (value: string, w: number) =>
    `<path d="${path}" fill="none" stroke="${value}" stroke-width="${w}" stroke-linecap="round" stroke-linejoin="round"/>`;
  return (outline > 0 ? stroke(INK, width + 2 * outline) : '') + stroke(colour, width);
}

/** A limb and its like on the other side of the picture. */
function limbs(points: string, width: number, colour: string, look: Look): string {
  const mirrored = points.replaceAll(/(\S+),/g, (_, x) => `${WIDTH - Number(x)},`);
  return limb(points, width, colour, look) + limb(mirrored, width, colour, look);
}

/** Every drawing is this wide and 600 tall. */
const WIDTH = 400;
const INK = '#222533';

function shape(path: string, colour: string, { outline }: Look): string {
  const ink =
    outline > 0 ? ` stroke="${INK}" stroke-width="${outline}" stroke-linejoin="round"` : '';
  return `<path d="${path}" fill="${colour}"${ink}/>`;
}

function disc(x: number, y: number, rx: number, ry: number, colour: string, look: Look): string {
  return shape(
    `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`,
    colour,
    look,
  );
}

function face(x: number, y: number, r: number): string {
  return `<circle cx="${x - 0.35 * r}" cy="${y}" r="${0.12 * r}"/><circle cx="${x + 0.35 * r}" cy="${y}" r="${0.12 * r}"/><path d="M${x - 0.3 * r} ${y + 0.45 * r}q${0.3 * r} ${0.25 * r} ${0.6 * r} 0" stroke="#722" stroke-width="3" fill="none"/>`;
}

const SKIN = '#f0c39a';

const DRAW: Record<Drawing, () => string> = {
  outlined: () => {
    const look = { outline: 5 };
    return [
      limbs('178,350 172,450 168,555', 34, '#5d7f9c', look),
      shape('M140 548h42v26h-52q-4 -22 10 -26z', '#f0a33c', look),
      shape('M260 548h-42v26h52q4 -22 -10 -26z', '#f0a33c', look),
      shape('M140 195L260 195L245 375L155 375z', '#e2562f', look),
      limbs('150,212 112,290 98,365', 26, '#5d7f9c', look),
      disc(96, 378, 18, 18, '#f0a33c', look),
      disc(304, 378, 18, 18, '#f0a33c', look),
      shape('M186 170h28v28h-28z', '#5d7f9c', look),
      shape('M140 70h120v104h-120z', '#f6f1dd', look),
      face(200, 118, 48),
    ].join('');
  },
  flat: () => {
    const look = { outline: 0 };
    return [
      limbs('176,350 160,450 150,550', 40, '#2d4a7a', look),
      disc(142, 568, 30, 14, '#552', look),
      disc(258, 568, 30, 14, '#552', look),
      shape('M142 190q58 -22 116 0l-8 190h-100z', '#3b9d6b', look),
      limbs('154,208 104,282', 36, '#3b9d6b', look),
      limbs('104,282 66,352', 26, SKIN, look),
      shape('M184 150h32v46q-16 14 -32 0z', SKIN, look),
      disc(200, 115, 46, 54, SKIN, look),
      shape('M150 118q-4 -66 50 -66q54 0 50 66q-14 -34 -50 -36q-36 2 -50 36z', '#533', look),
      face(200, 118, 44),
    ].join('');
  },
  dress: () => {
    const look = { outline: 0 };
    return [
      limbs('178,430 176,555', 26, SKIN, look),
      shape('M156 548h36v24h-44z', '#7a2536', look),
      shape('M244 548h-36v24h44z', '#7a2536', look),
      shape('M158 200h84l-4 100l62 160h-200l62 -160z', '#6a4b96', look),
      shape('M160 292h80v16h-80z', '#f3c042', look),
      limbs('165,212 130,250', 34, '#6a4b96', look),
      limbs('128,252 112,310 98,366', 20, SKIN, look),
      disc(200, 130, 66, 72, '#b4402a', look),
      disc(200, 142, 48, 50, SKIN, look),
      face(200, 148, 44),
    ].join('');
  },
  'long hair': () => {
    const look = { outline: 3 };
    return [
      shape('M140 100q-20 120 -14 210h150q6 -90 -14 -210z', '#4b2d1c', look),
      limbs('180,360 174,450 170,556', 34, '#31597c', look),
      shape('M144 200q56 -20 112 0l-10 180h-92z', '#e9e2ce', look),
      limbs('152,216 112,290 94,370', 28, '#e9e2ce', look),
      disc(92, 384, 15, 17, SKIN, look),
      disc(308, 384, 15, 17, SKIN, look),
      shape('M186 160h28v40h-28z', SKIN, look),
      disc(200, 120, 46, 54, SKIN, look),
      shape(
        'M140 240q-8 -200 60 -196q68 -4 60 196q-22 -6 -24 -30q16 -60 4 -112q-40 4 -58 -18q-10 20 -24 24q-10 50 8 106q-4 28 -26 30z',
        '#5a3522',
        look,
      ),
      face(200, 126, 42),
    ].join('');
  },
  'loose sleeves': () => {
    const look = { outline: 4 };
    return [
      limbs('180,430 178,556', 28, '#555c66', look),
      shape('M146 196q54 -16 108 0l26 290h-160z', '#3656a8', look),
      shape('M150 200L70 300L92 356L150 300L168 230z', '#4668bd', look),
      shape('M250 200L330 300L308 356L250 300L232 230z', '#4668bd', look),
      disc(76, 340, 15, 15, SKIN, look),
      disc(324, 340, 15, 15, SKIN, look),
      disc(200, 130, 48, 54, SKIN, look),
      shape('M136 110L208 8L264 110z', '#3656a8', look),
      shape('M160 160q40 24 80 0l-40 90z', '#eee', look),
      face(200, 130, 42),
    ].join('');
  },
  stocky: () => {
    const look = { outline: 5 };
    return [
      limbs('160,440 156,550', 56, '#5a4632', look),
      shape('M100 230q100 -40 200 0l10 180q-110 50 -220 0z', '#a83a3a', look),
      limbs('108,250 62,330 56,410', 44, '#a83a3a', look),
      disc(56, 428, 26, 26, SKIN, look),
      disc(344, 428, 26, 26, SKIN, look),
      disc(200, 150, 68, 74, SKIN, look),
      shape('M136 170q64 140 128 0q-64 40 -128 0z', '#8a5a2a', look),
      face(200, 140, 52),
    ].join('');
  },
  stick: () => {
    const look = { outline: 0 };
    return [
      limbs('200,340 172,450 158,570', 9, '#333', look),
      limb('200,160 200,340', 9, '#333', look),
      limbs('200,200 140,270 104,340', 9, '#333', look),
      disc(200, 110, 52, 52, '#fff', { outline: 9 }),
      face(200, 112, 44),
    ].join('');
  },
  'hands on hips': () => {
    const look = { outline: 4 };
    return [
      limbs('176,360 166,450 160,554', 38, '#44505f', look),
      shape('M142 196q58 -20 116 0l-12 186h-92z', '#d98a2b', look),
      limbs('152,214 86,284 146,344', 28, '#d98a2b', look),
      disc(150, 350, 18, 15, SKIN, look),
      disc(250, 350, 18, 15, SKIN, look),
      shape('M186 160h28v40h-28z', SKIN, look),
      disc(200, 116, 48, 56, SKIN, look),
      shape('M150 104q6 -56 50 -56q44 0 50 56q-50 -24 -100 0z', '#2b2b2b', look),
      face(200, 120, 42),
    ].join('');
  },
  'big head': () => {
    const look = { outline: 5 };
    return [
      limbs('176,480 172,556', 36, '#3d6f5a', look),
      shape('M152 330h96l10 160h-116z', '#f2d04e', look),
      limbs('156,350 114,400 100,446', 28, '#f2d04e', look),
      disc(98, 458, 16, 16, SKIN, look),
      disc(302, 458, 16, 16, SKIN, look),
      disc(200, 190, 138, 140, SKIN, look),
      shape('M70 160q20 -130 130 -128q110 -2 130 128q-120 -80 -260 0z', '#7a3f8c', look),
      face(200, 220, 96),
    ].join('');
  },
  'arms along the body': () => {
    const look = { outline: 4 };
    return [
      limbs('178,380 176,560', 40, '#3b3f58', look),
      shape('M146 200q54 -20 108 0l-4 190h-100z', '#7d8f3f', look),
      limbs('146,218 138,300 138,380', 28, '#7d8f3f', look),
      disc(138, 396, 15, 18, SKIN, look),
      disc(262, 396, 15, 18, SKIN, look),
      shape('M186 160h28v42h-28z', SKIN, look),
      disc(200, 118, 46, 54, SKIN, look),
      shape('M150 112q2 -62 50 -62q48 0 50 62q-20 -36 -50 -34q-30 -2 -50 34z', '#c9973a', look),
      face(200, 122, 42),
    ].join('');
  },
  shaded: () =>
    `<defs><linearGradient id="cloth"><stop offset="0" stop-color="#8c3030"/><stop offset=".45" stop-color="#d76b5b"/><stop offset="1" stop-color="#7a2424"/></linearGradient>
<linearGradient id="jeans"><stop offset="0" stop-color="#22344f"/><stop offset=".5" stop-color="#54759c"/><stop offset="1" stop-color="#1c2c44"/></linearGradient>
<radialGradient id="skin"><stop offset="0" stop-color="#f4cba6"/><stop offset="1" stop-color="#b9825c"/></radialGradient></defs>
<g fill="none" stroke-linecap="round" stroke-linejoin="round"><path d="M178 350L168 450L162 552" stroke="url(#jeans)" stroke-width="42"/><path d="M222 350L232 450L238 552" stroke="url(#jeans)" stroke-width="42"/>
<path d="M150 568h24M226 568h24" stroke="#2a211c" stroke-width="26"/></g>
<path d="M140 198q60 -26 120 0l-12 182h-96z" fill="url(#cloth)"/>
<g fill="none" stroke-linecap="round" stroke-linejoin="round"><path d="M154 214L118 288L100 352" stroke="url(#skin)" stroke-width="24"/><path d="M246 214L282 288L300 352" stroke="url(#skin)" stroke-width="24"/>
<path d="M154 214L132 260" stroke="#a54640" stroke-width="36"/><path d="M246 214L268 260" stroke="#a54640" stroke-width="36"/></g>
<ellipse cx="99" cy="366" rx="15" ry="18" fill="#c99470"/><ellipse cx="301" cy="366" rx="15" ry="18" fill="#c99470"/>
<path d="M184 160h32v44q-16 12 -32 0z" fill="#c08a66"/><ellipse cx="200" cy="118" rx="44" ry="54" fill="url(#skin)"/>
<path d="M152 116q-2 -68 48 -68q50 0 48 68q-16 -34 -48 -36q-32 2 -48 36z" fill="#3a2416"/>${face(200, 122, 40)}`,
  'hand on belly': () => {
    const look = { outline: 4 };
    return [
      limbs('178,360 170,450 166,556', 36, '#5b4a7c', look),
      shape('M144 196q56 -18 112 0l-8 184h-96z', '#49a3b8', look),
      `<path d="M150 240h100M148 290h104M150 340h100" stroke="#e8f3f5" stroke-width="12"/>`,
      limb('152,212 112,290 96,366', 26, SKIN, look),
      limb('248,212 286,286 212,312', 26, SKIN, look),
      disc(94, 378, 15, 16, SKIN, look),
      disc(206, 314, 17, 15, SKIN, look),
      shape('M186 160h28v42h-28z', SKIN, look),
      disc(200, 116, 46, 54, SKIN, look),
      shape('M150 110q2 -62 50 -62q48 0 50 62q-20 -36 -50 -34q-30 -2 -50 34z', '#874', look),
      face(200, 120, 42),
    ].join('');
  },
  'legs together': () => {
    const look = { outline: 4 };
    return [
      limbs('184,360 182,556', 32, '#2f6d74', look),
      shape('M148 200q52 -16 104 0l-6 176h-92z', '#e7b7b0', look),
      limbs('154,216 110,270 70,318', 26, '#e7b7b0', look),
      disc(62, 328, 15, 15, SKIN, look),
      disc(338, 328, 15, 15, SKIN, look),
      shape('M186 160h28v42h-28z', SKIN, look),
      disc(200, 118, 46, 52, SKIN, look),
      face(200, 122, 42),
    ].join('');
  },
};

export type Ground = 'transparent' | 'white jpeg' | 'blue png';

/** The drawing as the draft engine reads it: its own alpha, or a file on a plain ground. */
export async function draw(
  drawing: Drawing,
  ground: Ground = 'transparent',
  scale = 1,
): Promise<CharacterImage> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${400 * scale}" height="${600 * scale}" viewBox="0 0 400 600">${DRAW[drawing]()}</svg>`;
  const image = sharp(Buffer.from(svg));
  const file =
    ground === 'transparent'
      ? await image.png().toBuffer()
      : ground === 'white jpeg'
        ? await image.flatten({ background: '#ffffff' }).jpeg({ quality: 88 }).toBuffer()
        : await image.flatten({ background: '#9fc4e8' }).png().toBuffer();
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgba = new Uint8Array(data);
  if (drawing === 'shaded') addGrain(rgba, ground === 'transparent');
  return { width: info.width, height: info.height, rgba };
}

/** Film grain of about 5 codes; a linear congruential generator (Numerical Recipes) keeps it the same everywhere. */
function addGrain(rgba: Uint8Array, hasAlpha: boolean): void {
  let state = 7;
  for (let p = 0; p < rgba.length; p += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (hasAlpha && (rgba[p + 3] ?? 0) === 0) continue;
    const grain = Math.round((state / 2 ** 32 - 0.5) * 18);
    for (let c = 0; c < 3; c++)
      rgba[p + c] = Math.max(0, Math.min(255, (rgba[p + c] ?? 0) + grain));
  }
}
