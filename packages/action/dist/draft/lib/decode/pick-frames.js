/**
 * The frames shown at `moments`, seconds in rising order, upright and filling `size`; fewer when the clip ends
 * earlier. Throws `MotionUnreadableError`.
 */
export async function pickFrames(motion, moments, size) {
    const { default: sharp } = await import('sharp');
    const picked = [];
    for await (const { timeS, durationS, picture } of motion.frames(Number.POSITIVE_INFINITY)) {
        const due = moments.slice(picked.length).filter((moment) => moment < timeS + durationS);
        if (due.length === 0)
            continue;
        const frame = await picture();
        const { data, info } = await sharp(toRgb(frame, motion.coding), {
            raw: { width: frame.width, height: frame.height, channels: 3 },
        })
            .rotate(motion.rotation)
            .resize({ ...size, fit: 'cover' })
            .raw()
            .toBuffer({ resolveWithObject: true });
        for (const _ of due)
            picked.push({ data, width: info.width, height: info.height });
        if (picked.length === moments.length)
            break;
    }
    return picked;
}
function toRgb(frame, { red, blue, fullRange }) {
    const rgb = Buffer.alloc(3 * frame.width * frame.height);
    const clip = (value) => Math.max(0, Math.min(255, Math.round(value)));
    const darkest = fullRange ? 0 : 16;
    const lumaScale = fullRange ? 1 : 255 / 219;
    const chromaScale = fullRange ? 1 : 255 / 224;
    const redOfV = 2 * (1 - red) * chromaScale;
    const blueOfU = 2 * (1 - blue) * chromaScale;
    const green = 1 - red - blue;
    const greenOfV = (red * redOfV) / green;
    const greenOfU = (blue * blueOfU) / green;
    for (let y = 0, o = 0; y < frame.height; y++) {
        for (let x = 0; x < frame.width; x++, o += 3) {
            const c = (y >> 1) * frame.uvStride + (x >> 1);
            const luma = lumaScale * (frame.y[y * frame.yStride + x] - darkest);
            const u = frame.u[c] - 128;
            const v = frame.v[c] - 128;
            rgb[o] = clip(luma + redOfV * v);
            rgb[o + 1] = clip(luma - greenOfU * u - greenOfV * v);
            rgb[o + 2] = clip(luma + blueOfU * u);
        }
    }
    return rgb;
}
