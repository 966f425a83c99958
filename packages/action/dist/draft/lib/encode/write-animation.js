/** From clean to just recognisable; then every second frame is left out, down to one. */
const QUALITIES = [80, 60, 40, 25];
/** Times as many bytes as allowed: no quality makes up for that. */
const HOPELESS = 4;
/** A higher one takes several times as long for a tenth of the bytes. */
const EFFORT = 3;
/** An endless WebP animation in at most `maxBytes`: the best quality that fits. `null` when none does. */
export async function encodeWebp(animation, maxBytes) {
    for (let step = 1;; step *= 2) {
        const frames = animation.frames.filter((_, index) => index % step === 0);
        const frameMs = animation.frameMs * step;
        for (const quality of QUALITIES) {
            const bytes = await encodeAt({ ...animation, frames, frameMs }, quality);
            if (bytes.length <= maxBytes)
                return { bytes, frames: frames.length };
            if (bytes.length > HOPELESS * maxBytes)
                break;
        }
        if (frames.length <= 1)
            return null;
    }
}
async function encodeAt({ width, height, frames, frameMs }, quality) {
    const { default: sharp } = await import('sharp');
    const rawHeight = height * frames.length;
    return sharp(Buffer.concat(frames), {
        raw: { width, height: rawHeight, channels: 3, pageHeight: height },
    })
        .webp({
        quality,
        effort: EFFORT,
        loop: 0,
        delay: frames.map(() => frameMs),
    })
        .toBuffer();
}
