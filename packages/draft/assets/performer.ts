import { type Joints, type Limb, type Point, SIZES } from './body.ts';

const SKIN = '#a8683f';
const SHADE = '#8f5634';
const HAIR = '#2a1c1a';
const SHIRT = '#f2b02e';
const SHIRT_SHADE = '#d9951c';
const TROUSERS = '#2c3a63';
const TROUSERS_SHADE = '#222d50';
const SHOE = '#fbfaf6';
const SOLE = '#e2573c';

/** A person in a yellow shirt, as SVG shapes. */
export function drawPerformer(joints: Joints, height: number): string {
  const { hips, up, across } = joints;
  const h = (share: number) => share * height;
  const at = (side: number, above: number): Point => [
    hips[0] + h(side) * across[0] + h(above) * up[0],
    hips[1] + h(side) * across[1] + h(above) * up[1],
  ];
  const { shoulderWidth, shoulder, neck } = SIZES;
  const chest = [
    at(-0.03, neck),
    at(-0.075, neck - 0.008),
    at(-shoulderWidth - 0.03, shoulder + 0.012),
    at(-shoulderWidth - 0.004, shoulder - 0.075),
    at(-0.086, 0.09),
    at(-0.09, -0.02),
    at(0.09, -0.02),
    at(0.086, 0.09),
    at(shoulderWidth + 0.004, shoulder - 0.075),
    at(shoulderWidth + 0.03, shoulder + 0.012),
    at(0.075, neck - 0.008),
    at(0.03, neck),
  ];
  return [
    leg(joints.leftLeg, -1, h, TROUSERS),
    leg(joints.rightLeg, 1, h, TROUSERS),
    blob(
      [at(-0.08, 0.02), at(-0.083, -0.04), at(0, -0.07), at(0.083, -0.04), at(0.08, 0.02)],
      TROUSERS,
    ),
    taper(at(0, neck - 0.02), joints.head, h(0.03), h(0.03), SHADE),
    smooth(chest, SHIRT),
    smooth(
      [at(-0.09, -0.02), at(-0.087, 0.012), at(0, 0.004), at(0.087, 0.012), at(0.09, -0.02)],
      SHIRT_SHADE,
    ),
    star(at(0, 0.175), h(0.042), joints.headAngle),
    `<path d="M${xy(at(-0.036, neck + 0.002))}Q${xy(at(0, neck - 0.048))} ${xy(at(0.036, neck + 0.002))}z" fill="${SHADE}"/>`,
    arm(joints.leftArm, h),
    arm(joints.rightArm, h),
    head(joints, height),
  ].join('');
}

function arm({ root, joint, end }: Limb, h: (share: number) => number): string {
  const hand = beyond(joint, end, h(0.022));
  const cuff = mix(root, joint, 0.62);
  return [
    taper(root, joint, h(0.032), h(0.026), SKIN),
    taper(joint, end, h(0.026), h(0.019), SKIN),
    ellipse(hand, h(0.025), h(0.03), angleOf(joint, end), SKIN),
    taper(root, cuff, h(0.038), h(0.038), SHIRT, 'round start'),
    taper(mix(root, cuff, 0.84), cuff, h(0.0385), h(0.039), SHIRT_SHADE, 'flat'),
  ].join('');
}

function leg(
  { root, joint, end }: Limb,
  side: 1 | -1,
  h: (share: number) => number,
  colour: string,
): string {
  const hem = mix(joint, end, 0.86);
  const tilt = angleOf(joint, end) * 0.75;
  const toe = beyond(joint, end, h(0.018));
  return [
    taper(joint, end, h(0.026), h(0.02), SKIN),
    shoe([toe[0] + side * h(0.016), toe[1]], h, tilt),
    taper(root, joint, h(0.046), h(0.037), colour),
    taper(joint, hem, h(0.039), h(0.033), colour, 'round start'),
    taper(mix(joint, hem, 0.88), hem, h(0.034), h(0.034), TROUSERS_SHADE, 'flat'),
  ].join('');
}

function shoe([x, y]: Point, h: (share: number) => number, tilt: number): string {
  const [w, t] = [h(0.046), h(0.05)];
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(-tilt)})"><path d="M${n(-w)} ${n(t * 0.45)}Q${n(-w)} ${n(-t * 0.55)} 0 ${n(-t * 0.55)}Q${n(w)} ${n(-t * 0.55)} ${n(w)} ${n(t * 0.45)}z" fill="${SHOE}"/><rect x="${n(-w * 1.05)}" y="${n(t * 0.28)}" width="${n(w * 2.1)}" height="${n(t * 0.25)}" rx="${n(t * 0.12)}" fill="${SOLE}"/></g>`;
}

/** Drawn in a box of 200 x 220 whose middle is the middle of the head. */
function head({ head: [x, y], headAngle }: Joints, height: number): string {
  const scale = (height * 0.185) / 220;
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(headAngle)}) scale(${n(scale)}) translate(-100 -112)">
<circle cx="100" cy="-2" r="38" fill="${HAIR}"/>
<path d="M14 112C6 30 48 2 100 2s94 28 86 110l-12 34H26z" fill="${HAIR}"/>
<ellipse cx="24" cy="124" rx="15" ry="20" fill="${SHADE}"/><ellipse cx="176" cy="124" rx="15" ry="20" fill="${SHADE}"/>
<path d="M28 96C28 52 60 34 100 34s72 18 72 62c0 70-24 122-72 122S28 166 28 96z" fill="${SKIN}"/>
<path d="M22 110C16 40 60 14 112 18c50 4 72 40 66 92-8-24-24-40-44-46-30 18-84 10-100 46z" fill="${HAIR}"/>
<ellipse cx="68" cy="120" rx="10" ry="13" fill="#1d1416"/><ellipse cx="132" cy="120" rx="10" ry="13" fill="#1d1416"/>
<circle cx="72" cy="115" r="4" fill="#fff"/><circle cx="136" cy="115" r="4" fill="#fff"/>
<path d="M52 96q16-10 32 0M116 96q16-10 32 0" stroke="${HAIR}" stroke-width="7" stroke-linecap="round" fill="none"/>
<path d="M100 128q8 16-3 19" stroke="${SHADE}" stroke-width="6" stroke-linecap="round" fill="none"/>
<path d="M70 166q30 32 60 0z" fill="#fff" stroke="#6d2f2a" stroke-width="5" stroke-linejoin="round"/>
</g>`;
}

function star([x, y]: Point, radius: number, angle: number): string {
  const points = Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 === 0 ? radius : radius * 0.5;
    const a = ((angle + 36 * i) * Math.PI) / 180;
    return `${n(x + r * Math.sin(a))} ${n(y - r * Math.cos(a))}`;
  });
  return `<path d="M${points.join('L')}z" fill="#fff6dc" stroke="#fff6dc" stroke-width="2" stroke-linejoin="round"/>`;
}

/** A limb that is `from` thick (half) at `a` and `to` at `b`. */
function taper(
  a: Point,
  b: Point,
  from: number,
  to: number,
  colour: string,
  ends: 'round' | 'round start' | 'flat' = 'round',
): string {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const normal: Point = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
  const side = ([x, y]: Point, half: number): Point => [x + normal[0] * half, y + normal[1] * half];
  const outline = [side(a, from), side(b, to), side(b, -to), side(a, -from)];
  const caps = [
    ends === 'flat' ? '' : disc(a, from, colour),
    ends === 'round' ? disc(b, to, colour) : '',
  ];
  return `<path d="M${outline.map(xy).join('L')}z" fill="${colour}"/>${caps.join('')}`;
}

function disc([x, y]: Point, radius: number, colour: string): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${colour}"/>`;
}

function ellipse([x, y]: Point, rx: number, ry: number, angle: number, colour: string): string {
  return `<ellipse rx="${n(rx)}" ry="${n(ry)}" transform="translate(${n(x)} ${n(y)}) rotate(${n(-angle)})" fill="${colour}"/>`;
}

function blob(points: readonly Point[], colour: string): string {
  return `<path d="M${points.map(xy).join('L')}z" fill="${colour}" stroke="${colour}" stroke-width="4" stroke-linejoin="round"/>`;
}

/** Corners rounded: through the middles of the edges. */
function smooth(points: readonly Point[], colour: string): string {
  const middles = points.map((point, i) =>
    mix(point, points[(i + 1) % points.length] ?? point, 0.5),
  );
  const curves = points.map((point, i) => `Q${xy(point)} ${xy(middles[i] ?? point)}`);
  return `<path d="M${xy(middles.at(-1) ?? [0, 0])}${curves.join('')}z" fill="${colour}"/>`;
}

/** Degrees from straight down, towards the right. */
function angleOf(a: Point, b: Point): number {
  return (Math.atan2(b[0] - a[0], b[1] - a[1]) * 180) / Math.PI;
}

function beyond(a: Point, b: Point, length: number): Point {
  const whole = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  return mix(a, b, 1 + length / whole);
}

function mix(a: Point, b: Point, share: number): Point {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

const n = (value: number) => value.toFixed(2);
const xy = ([x, y]: Point) => `${n(x)} ${n(y)}`;
