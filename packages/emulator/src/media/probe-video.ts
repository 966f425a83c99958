import { BufferSource, Input, type InputFormat, MP4, QTFF, WEBM } from 'mediabunny';

/** Clip formats by the name that providers list them under. */
const FORMATS: Readonly<Record<ClipFormat, InputFormat>> = { mp4: MP4, mov: QTFF, webm: WEBM };
export type ClipFormat = 'mp4' | 'mov' | 'webm';

/** Length in seconds of the video track of a clip in one of these formats; `undefined` for anything else. */
export async function probeVideoSeconds(
  bytes: Uint8Array,
  formats: readonly ClipFormat[] = ['mp4', 'mov'],
): Promise<number | undefined> {
  const input = new Input({
    source: new BufferSource(bytes),
    formats: formats.map((format) => FORMATS[format]),
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null || track.codec === null) return undefined;
    const seconds = (await track.computeDuration()) - (await track.getFirstTimestamp());
    return seconds > 0 ? seconds : undefined;
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}
