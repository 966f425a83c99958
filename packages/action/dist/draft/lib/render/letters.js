/** Five-by-seven dot letters, top row first: drawn without a font, which a runner may lack. */
const LETTERS = {
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
};
const DOTS_PER_LETTER = 6;
export const LETTER_DOTS_HIGH = 7;
/** Letters are a dot apart. */
export function dotsWide(word) {
    return word.length * DOTS_PER_LETTER - 1;
}
/** Whether a letter covers the dot, counted from the upper left one of the word. */
export function isDot(word, column, row) {
    if (column < 0 || row < 0)
        return false;
    const letter = LETTERS[word[Math.floor(column / DOTS_PER_LETTER)] ?? ''];
    return letter?.[row]?.[column % DOTS_PER_LETTER] === '#';
}
