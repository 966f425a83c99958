import { parseBoundedJson } from './strict-json.ts';

/** The earliest release that reads what this one writes: named to those that do not. */
export const READ_BY = 'motion-transfer/motion-transfer@v1';

/** What a file says of its own format, and of the release that reads it. */
export interface FormatAnnouncement {
  readonly format: number;
  readonly readBy: string;
}

/** `null` for what is no such announcement: what it is instead is found out by whoever reads on. */
export function readAnnouncement(text: string): FormatAnnouncement | null {
  let value: unknown;
  try {
    value = parseBoundedJson(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value == null || !('version' in value)) return null;
  const { version: format } = value;
  if (typeof format !== 'number' || !Number.isSafeInteger(format)) return null;
  const named = 'readBy' in value ? value.readBy : null;
  const isName = typeof named === 'string' && /^[\w.-]+\/[\w./-]+@[\w.-]+$/.test(named);
  // Formats and major releases have gone together from the first.
  return { format, readBy: isName ? named : `motion-transfer/motion-transfer@v${format}` };
}
