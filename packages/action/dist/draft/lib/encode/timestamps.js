/** Boxes that only hold other boxes, on the way to the ones with times. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
/** Full boxes with creation and modification time after version and flags (ISO/IEC 14496-12, 8.2.2, 8.3.2, 8.4.2). */
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd']);
/** Sets all creation and modification times of an MP4 file to zero, in place: equal drafts are equal files. */
export function clearTimestamps(file) {
    clearBoxes(new DataView(file.buffer, file.byteOffset, file.byteLength), 0, file.byteLength);
}
function clearBoxes(view, start, end) {
    let at = start;
    while (at + 8 <= end) {
        let size = view.getUint32(at);
        let header = 8;
        const type = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
        if (size === 1 && at + 16 <= end) {
            size = Number(view.getBigUint64(at + 8));
            header = 16;
        }
        else if (size === 0)
            size = end - at;
        if (size < header || at + size > end)
            return;
        if (CONTAINERS.has(type))
            clearBoxes(view, at + header, at + size);
        else if (TIMED.has(type)) {
            const bytes = view.getUint8(at + header) === 1 ? 16 : 8;
            for (let i = 0; i < bytes; i++)
                view.setUint8(at + header + 4 + i, 0);
        }
        at += size;
    }
}
