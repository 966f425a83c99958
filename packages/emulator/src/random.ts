import { randomBytes } from 'node:crypto';

/** Unguessable text for ids, keys and signatures. */
export function randomText(bytes: number, encoding: 'hex' | 'base64' | 'base64url'): string {
  return randomBytes(bytes).toString(encoding);
}
