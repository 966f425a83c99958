/** Both are drawn facing the viewer, limbs apart, on a transparent ground. */
export const SIZE = { width: 720, height: 1080 } as const;

interface Line {
  readonly colour: string;
  readonly width: number;
}

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">${content}</svg>`;

/** The same at the left and, mirrored, at the right. */
const both = (content: string) =>
  `${content}<g transform="matrix(-1 0 0 1 ${SIZE.width} 0)">${content}</g>`;

function line(path: string, { colour, width }: Line): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

export function drawRobot(): string {
  const [ink, shell, shade, joint, glow, accent] = [
    '#22303d',
    '#f7f8f5',
    '#d5dfe1',
    '#5b7385',
    '#6ff0dd',
    '#ff8a3d',
  ];
  const edge = `stroke="${ink}" stroke-width="9" stroke-linejoin="round"`;
  const limb = (path: string, width: number, colour: string) =>
    line(path, { colour: ink, width: width + 18 }) + line(path, { colour, width });
  const leg = [
    limb('M306 690L298 800L290 960', 50, joint),
    `<circle cx="298" cy="812" r="30" fill="${accent}" ${edge}/>`,
    `<path d="M204 1026q-4 -62 62 -68h40q30 4 28 68q0 8 -8 8h-114q-8 0 -8 -8z" fill="${accent}" ${edge}/>`,
  ].join('');
  const arm = [
    limb('M226 462L152 568L98 672', 44, joint),
    `<circle cx="154" cy="566" r="28" fill="${accent}" ${edge}/>`,
    `<circle cx="86" cy="706" r="44" fill="${accent}" ${edge}/>`,
  ].join('');
  return svg(
    [
      both(leg),
      both(arm),
      `<path d="M326 360h68v60h-68z" fill="${joint}" ${edge}/>`,
      `<path d="M222 450q4 -46 52 -50h172q48 4 52 50l-26 206q-8 54 -58 58h-108q-50 -4 -58 -58z" fill="${shell}" ${edge}/>`,
      `<path d="M252 640q30 18 108 18t108 -18l-2 16q-8 50 -52 52h-108q-44 -2 -52 -52z" fill="${shade}"/>`,
      `<circle cx="360" cy="520" r="58" fill="${ink}"/><circle cx="360" cy="520" r="44" fill="${glow}"/>`,
      `<path d="M360 548c-34 -24 -34 -48 -16 -50q12 0 16 14q4 -14 16 -14c18 2 18 26 -16 50z" fill="${ink}"/>`,
      both(`<circle cx="238" cy="456" r="40" fill="${accent}" ${edge}/>`),
      `<path d="M360 130V62" stroke="${ink}" stroke-width="12"/><circle cx="360" cy="52" r="26" fill="${accent}" ${edge}/>`,
      both(`<rect x="176" y="208" width="40" height="90" rx="18" fill="${joint}" ${edge}/>`),
      `<rect x="204" y="126" width="312" height="248" rx="96" fill="${shell}" ${edge}/>`,
      `<rect x="240" y="176" width="240" height="146" rx="66" fill="${ink}"/>`,
      both(`<rect x="288" y="208" width="36" height="56" rx="18" fill="${glow}"/>`),
      line('M326 284q34 24 68 0', { colour: glow, width: 10 }),
    ].join(''),
  );
}

export function drawGirl(): string {
  const [skin, skinShade, hair, hoodie, hoodieShade, leggings, shoe] = [
    '#f6c7a2',
    '#e9ab85',
    '#c4482c',
    '#1f9a8c',
    '#177c71',
    '#3a3560',
    '#ffcf4a',
  ];
  const leg = [
    line('M318 700L308 830L298 975', { colour: leggings, width: 66 }),

    `<path d="M222 1022q0 -50 58 -58h42q18 0 18 30v28z" fill="${shoe}"/>`,
    `<rect x="216" y="1014" width="128" height="22" rx="11" fill="#d9a93a"/>`,
  ].join('');
  const arm = [
    line('M162 668L154 696', { colour: skin, width: 40 }),
    `<circle cx="150" cy="712" r="33" fill="${skin}"/>`,
    line('M258 462L202 574L166 664', { colour: hoodie, width: 66 }),
    line('M182 630L166 664', { colour: hoodieShade, width: 66 }),
  ].join('');
  return svg(
    [
      both(`<circle cx="222" cy="104" r="66" fill="${hair}"/>`),
      `<ellipse cx="360" cy="236" rx="158" ry="160" fill="${hair}"/>`,
      both(leg),
      both(arm),
      `<path d="M330 360h60v60h-60z" fill="${skinShade}"/>`,
      `<path d="M238 462q6 -50 64 -56h116q58 6 64 56l-24 110l10 140q-4 20 -24 20h-168q-20 0 -24 -20l10 -140z" fill="${hoodie}"/>`,
      `<path d="M253 700h214l1 14q-4 20 -24 20h-168q-20 0 -24 -20z" fill="${hoodieShade}"/>`,
      `<path d="M300 610h120l18 62h-156z" fill="${hoodieShade}"/>`,
      `<path d="M276 408q84 88 168 0q-6 66 -84 70q-78 -4 -84 -70z" fill="${hoodieShade}"/>`,
      line('M336 462v54M384 462v54', { colour: '#fff8e6', width: 9 }),
      both(`<ellipse cx="222" cy="262" rx="22" ry="28" fill="${skinShade}"/>`),
      `<path d="M226 236q0 -120 134 -120t134 120q0 138 -134 146q-134 -8 -134 -146z" fill="${skin}"/>`,
      `<path d="M212 262q-16 -168 148 -172q164 4 148 172q-12 -56 -50 -80q-96 26 -170 -16q-54 24 -76 96z" fill="${hair}"/>`,
      both(
        `<ellipse cx="308" cy="264" rx="17" ry="22" fill="#2b2440"/><circle cx="314" cy="256" r="6" fill="#fff"/><ellipse cx="276" cy="308" rx="24" ry="14" fill="#f29c83"/>`,
      ),
      line('M290 226q16 -12 34 -4M396 222q18 -8 34 4', { colour: hair, width: 9 }),
      `<path d="M326 318q34 40 68 0z" fill="#fff" stroke="#a8433a" stroke-width="7" stroke-linejoin="round"/>`,
    ].join(''),
  );
}
