/** Letters of dots, top row first: drawn without a font, which a runner may lack. */
export interface DotFont {
  readonly dotsHigh: number;
  /** Of every letter alike; the next one begins a dot further. */
  readonly letterDotsWide: number;
  readonly letters: Readonly<Record<string, readonly string[]>>;
}

/** For captions. */
export const SMALL_FONT: DotFont = {
  dotsHigh: 7,
  letterDotsWide: 5,
  letters: {
    A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
    B: ['####.', '#...#', '#...#', '####.', '#...#', '#...#', '####.'],
    C: ['.###.', '#...#', '#....', '#....', '#....', '#...#', '.###.'],
    D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
    E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
    F: ['#####', '#....', '#....', '####.', '#....', '#....', '#....'],
    H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
    L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
    N: ['#...#', '##..#', '##..#', '#.#.#', '#..##', '#..##', '#...#'],
    O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
    R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
    S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
    T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
    U: ['#...#', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  },
};

/** Strokes of two dots, and square where a D has corners, so that it is no O when it is small. */
export const LARGE_FONT: DotFont = {
  dotsHigh: 9,
  letterDotsWide: 7,
  letters: {
    D: [
      '#####..',
      '######.',
      '##..###',
      '##...##',
      '##...##',
      '##...##',
      '##..###',
      '######.',
      '#####..',
    ],
    R: [
      '######.',
      '#######',
      '##...##',
      '##...##',
      '######.',
      '#####..',
      '##.##..',
      '##..##.',
      '##...##',
    ],
    A: [
      '..###..',
      '.#####.',
      '##...##',
      '##...##',
      '#######',
      '#######',
      '##...##',
      '##...##',
      '##...##',
    ],
    F: [
      '#######',
      '#######',
      '##.....',
      '##.....',
      '######.',
      '######.',
      '##.....',
      '##.....',
      '##.....',
    ],
    T: [
      '#######',
      '#######',
      '..###..',
      '..###..',
      '..###..',
      '..###..',
      '..###..',
      '..###..',
      '..###..',
    ],
  },
};

export function dotsWide({ letterDotsWide }: DotFont, word: string): number {
  return word.length * (letterDotsWide + 1) - 1;
}

/** Whether a letter covers the dot, counted from the upper left one of the word. */
export function isDot(
  { letterDotsWide, letters }: DotFont,
  word: string,
  column: number,
  row: number,
): boolean {
  if (column < 0 || row < 0) return false;
  const letter = letters[word[Math.floor(column / (letterDotsWide + 1))] ?? ''];
  return letter?.[row]?.[column % (letterDotsWide + 1)] === '#';
}
