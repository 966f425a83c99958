/**
 * mulberry32: a 32-bit generator with the same sequence on every platform.
 * Drafts must be byte-identical across runs, so nothing here uses `Math.random`.
 * Returns numbers in [0, 1).
 */
export function createRandom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}
/** Roughly normal noise (sum of four uniforms), standard deviation about 0.7, bounded by ±2.4. */
export function createBellNoise(random) {
    return () => (random() + random() + random() + random() - 2) * 1.2;
}
