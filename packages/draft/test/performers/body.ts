import { createRandom } from '../../src/image/random.ts';

export const BODIES = [
  'casual',
  'loose clothes',
  'skirt',
  'big head',
  'thin limbs',
  'stocky',
] as const;
export type BodyKind = (typeof BODIES)[number];

export type Colour = readonly [red: number, green: number, blue: number];

/** A generated performer. Lengths are shares of the standing height. */
export interface Body {
  readonly kind: BodyKind;
  readonly torso: number;
  readonly neck: number;
  readonly headWidth: number;
  readonly headHeight: number;
  readonly shoulders: number;
  readonly hips: number;
  readonly upperArm: number;
  readonly forearm: number;
  readonly thigh: number;
  readonly shin: number;
  readonly armWidth: number;
  readonly legWidth: number;
  readonly chest: number;
  readonly waist: number;
  readonly hem: number;
  readonly sleeve: 'none' | 'short' | 'long';
  readonly hair: 'short' | 'long' | 'ponytail' | 'hat';
  readonly skirtLength: number;
  readonly skin: Colour;
  readonly top: Colour;
  readonly bottom: Colour;
  readonly shoes: Colour;
  readonly hairColour: Colour;
}

const SKINS: readonly Colour[] = [
  [236, 196, 160],
  [201, 141, 99],
  [141, 85, 54],
  [247, 214, 186],
  [168, 112, 76],
];

/** A performer of one kind; the same seed gives the same person. */
export function generateBody(kind: BodyKind, seed: number): Body {
  const random = createRandom(seed * 7919 + BODIES.indexOf(kind));
  const between = (low: number, high: number) => low + (high - low) * random();
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const cloth = (): Colour => [between(20, 235), between(20, 235), between(20, 235)];
  const base: Body = {
    kind,
    torso: between(0.27, 0.31),
    neck: between(0.03, 0.045),
    headWidth: between(0.1, 0.12),
    headHeight: between(0.125, 0.15),
    shoulders: between(0.092, 0.115),
    hips: between(0.045, 0.06),
    upperArm: between(0.15, 0.175),
    forearm: between(0.175, 0.2),
    thigh: between(0.225, 0.25),
    shin: between(0.22, 0.245),
    armWidth: between(0.026, 0.034),
    legWidth: between(0.042, 0.054),
    chest: between(0.088, 0.105),
    waist: between(0.075, 0.09),
    hem: between(0.08, 0.095),
    sleeve: pick(['none', 'short', 'short', 'long']),
    hair: pick(['short', 'long', 'ponytail', 'hat']),
    skirtLength: 0,
    skin: pick(SKINS),
    top: cloth(),
    bottom: cloth(),
    shoes: pick<Colour>([
      [235, 235, 235],
      [30, 30, 34],
      [150, 60, 50],
    ]),
    hairColour: pick<Colour>([
      [40, 28, 20],
      [110, 70, 40],
      [200, 165, 90],
      [25, 25, 30],
      [150, 60, 40],
    ]),
  };
  switch (kind) {
    case 'casual':
      return base;
    case 'loose clothes':
      return {
        ...base,
        sleeve: 'long',
        armWidth: base.armWidth * 1.45,
        legWidth: base.legWidth * 1.35,
        hem: between(0.12, 0.15),
        chest: base.chest * 1.12,
      };
    case 'skirt':
      return {
        ...base,
        skirtLength: between(0.16, 0.28),
        hem: base.waist,
        legWidth: base.legWidth * 0.8,
        hair: pick(['long', 'ponytail']),
      };
    case 'big head':
      return {
        ...base,
        headWidth: between(0.2, 0.26),
        headHeight: between(0.22, 0.27),
        thigh: base.thigh * 0.85,
        shin: base.shin * 0.8,
        torso: base.torso * 0.92,
      };
    case 'thin limbs':
      return {
        ...base,
        armWidth: between(0.012, 0.016),
        legWidth: between(0.018, 0.024),
        chest: base.chest * 0.85,
        waist: base.waist * 0.75,
        hem: base.hem * 0.75,
      };
    case 'stocky':
      return {
        ...base,
        chest: base.chest * 1.3,
        waist: base.waist * 1.5,
        hem: base.hem * 1.4,
        legWidth: base.legWidth * 1.25,
        armWidth: base.armWidth * 1.25,
        shoulders: base.shoulders * 1.15,
        hips: base.hips * 1.25,
        shin: base.shin * 0.92,
      };
  }
}
