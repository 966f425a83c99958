import type { Purchase } from '../model/purchase.ts';
import { damaged } from './damaged.ts';
import { parseEntry } from './entry-text.ts';

/**
 * Format 1: one file per purchase.
 */
const ENTRY_FILE = /^transfers\/[0-9a-f]{2}\/[0-9a-f]{64}\.json$/;

export function isEntryFile(path: string): boolean {
  return ENTRY_FILE.test(path);
}

export function parseEntryFile(path: string, text: string, label: string): Purchase {
  const purchase = parseEntry(text, path, label);
  const { fingerprint: key } = purchase;
  if (path !== `transfers/${key.slice(0, 2)}/${key}.json`)
    throw damaged(label, path, 'its key belongs elsewhere');
  return purchase;
}
