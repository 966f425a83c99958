import { randomText } from '../random.ts';
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
        accessKeyId: `${isSession ? 'ASIA' : 'AKIA'}${randomText(8, 'hex').toUpperCase()}`,
        secretAccessKey: randomText(30, 'base64'),
        sessionToken: isSession ? randomText(90, 'base64') : null,
        endsMs,
      };
      keys.set(key.accessKeyId, key);
      return key;
    },
  };
}
