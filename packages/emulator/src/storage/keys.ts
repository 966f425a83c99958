import { randomBytes } from 'node:crypto';
import type { SigningKey } from './sigv4.ts';

/** Everybody who may sign for the emulated store. */
export interface KeyRing {
  find(accessKeyId: string): SigningKey | undefined;
  /** A key for good, or one with a session token that ends. */
  issue(endsMs: number | null): SigningKey;
}

export function createKeyRing(): KeyRing {
  const keys = new Map<string, SigningKey>();
  return {
    find: (accessKeyId) => keys.get(accessKeyId),
    issue(endsMs) {
      const isSession = endsMs !== null;
      const key: SigningKey = {
        accessKeyId: `${isSession ? 'ASIA' : 'AKIA'}${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: isSession ? randomBytes(90).toString('base64') : null,
        endsMs,
      };
      keys.set(key.accessKeyId, key);
      return key;
    },
  };
}
