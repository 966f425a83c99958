import * as z from 'zod';

/** What is made of a video for web pages, beside it. */
export const webFileKindSchema = z.enum(['poster', 'webp', 'webm', 'gif']);
export type WebFileKind = z.output<typeof webFileKindSchema>;

const ENDINGS: Readonly<Record<WebFileKind, string>> = {
  poster: '.poster.jpg',
  webp: '.webp',
  webm: '.webm',
  gif: '.gif',
};

/** `animations/wave.mp4` -> `animations/wave.poster.jpg`. */
export function webFilePath(output: string, kind: WebFileKind): string {
  return `${output.replace(/\.mp4$/, '')}${ENDINGS[kind]}`;
}

/** In one order, whatever the config's is. */
export function inOrder(kinds: readonly WebFileKind[]): readonly WebFileKind[] {
  return webFileKindSchema.options.filter((kind) => kinds.includes(kind));
}

/** A web file on record, in the entry of its output. */
export const webFileRecordSchema = z.object({
  /** A later release may make others. */
  kind: z.string(),
  /** Sha256 of the video it was made from: another video needs another one. */
  of: z.string(),
  /** Identity of its bytes, as git will know them. */
  identity: z.string(),
  sha256: z.string(),
  bytes: z.int(),
});
export type WebFileRecord = z.output<typeof webFileRecordSchema>;

/** The record of what was made from this very video. */
export function currentRecord(
  records: readonly WebFileRecord[] | undefined,
  kind: WebFileKind,
  videoSha256: string,
): WebFileRecord | null {
  return records?.find((each) => each.kind === kind && each.of === videoSha256) ?? null;
}

/** Whether what lies at its path, by its identity, is what is on record. */
export function isRecorded(record: WebFileRecord, identity: string | null | undefined): boolean {
  return identity === record.identity || identity === `sha256:${record.sha256}`;
}
