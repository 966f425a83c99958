import { AudioSample } from 'mediabunny';

const RATE = 44_100;
const BEATS_PER_SECOND = 2;
const NOTES_HZ = [220, 277.18, 329.63, 277.18, 246.94, 293.66, 369.99, 293.66];

/** A plain tune with a bass drum on every beat. */
export function composeBeat(seconds: number): AudioSample {
  const data = Float32Array.from({ length: Math.round(RATE * seconds) }, (_, i) => {
    const time = i / RATE;
    const sinceBeat = time % (1 / BEATS_PER_SECOND);
    const sinceNote = time % (0.5 / BEATS_PER_SECOND);
    const note = NOTES_HZ[Math.floor(time * 2 * BEATS_PER_SECOND) % NOTES_HZ.length] ?? 0;
    const drum = Math.sin(2 * Math.PI * 52 * sinceBeat) * Math.exp(-14 * sinceBeat);
    const pluck =
      Math.sin(2 * Math.PI * note * time) * Math.exp(-9 * sinceNote) * Math.min(1, 200 * sinceNote);
    const fade = Math.min(1, 20 * (seconds - time));
    return fade * (0.4 * drum + 0.18 * pluck);
  });
  return new AudioSample({
    data,
    format: 'f32',
    numberOfChannels: 1,
    sampleRate: RATE,
    timestamp: 0,
  });
}
