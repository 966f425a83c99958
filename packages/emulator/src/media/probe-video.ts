import { BufferSource, Input, MP4, QTFF } from 'mediabunny';

/** Length in seconds of the video track of an MP4 or MOV; `undefined` for anything else. */
export async function probeVideoSeconds(bytes: Uint8Array): Promise<number | undefined> {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4, QTFF] });
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
