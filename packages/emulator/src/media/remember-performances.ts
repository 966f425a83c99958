import { sha256Hex } from '../hash.ts';
import type { Performer } from '../types.ts';

/** Makes each distinct result once; equal requests share it. A failure is not remembered. */
export function rememberPerformances(performer: Performer): Performer {
  const made = new Map<string, Promise<Uint8Array>>();
  return (request) => {
    const { characterBytes, motionBytes, ...parameters } = request;
    const key = JSON.stringify([
      sha256Hex(characterBytes),
      sha256Hex(motionBytes),
      Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = performer(request);
    made.set(key, result);
    result.catch(() => made.delete(key));
    return result;
  };
}
