/** Copies the surface's area out of `picture`; every chroma sample is repeated four times. */
export function liftArea(picture, surface) {
    const { width, height, data } = picture;
    const uStart = width * height;
    const vStart = uStart + uStart / 4;
    for (let y = 0, o = 0; y < surface.height; y++) {
        const row = (surface.top + y) * width + surface.left;
        const chromaRow = ((surface.top + y) >> 1) * (width >> 1) + (surface.left >> 1);
        for (let x = 0; x < surface.width; x++, o += 3) {
            surface.yuv[o] = data[row + x];
            surface.yuv[o + 1] = data[uStart + chromaRow + (x >> 1)];
            surface.yuv[o + 2] = data[vStart + chromaRow + (x >> 1)];
        }
    }
}
/** Writes the surface back; chroma is averaged over 2x2. The surface starts and ends on even pixels. */
export function lowerArea(surface, picture) {
    const { width, height, data } = picture;
    const uStart = width * height;
    const vStart = uStart + uStart / 4;
    const rowBytes = 3 * surface.width;
    for (let y = 0; y < surface.height; y += 2) {
        const row = (surface.top + y) * width + surface.left;
        const chromaRow = ((surface.top + y) >> 1) * (width >> 1) + (surface.left >> 1);
        for (let x = 0; x < surface.width; x += 2) {
            const o = y * rowBytes + 3 * x;
            const below = o + rowBytes;
            const { yuv } = surface;
            data[row + x] = yuv[o];
            data[row + x + 1] = yuv[o + 3];
            data[row + width + x] = yuv[below];
            data[row + width + x + 1] = yuv[below + 3];
            data[uStart + chromaRow + (x >> 1)] =
                (yuv[o + 1] + yuv[o + 4] + yuv[below + 1] + yuv[below + 4] + 2) >> 2;
            data[vStart + chromaRow + (x >> 1)] =
                (yuv[o + 2] + yuv[o + 5] + yuv[below + 2] + yuv[below + 5] + 2) >> 2;
        }
    }
}
