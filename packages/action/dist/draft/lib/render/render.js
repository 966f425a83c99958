import { i420Size } from '../image/i420.js';
import { bendMesh } from '../rig/skin.js';
import { drawMark } from './mark.js';
import { liftArea, lowerArea } from './move-area.js';
import { drawTriangles } from './raster.js';
/** Draws the character over the plate into a slot. */
export function renderFrames(task) {
    const { width, height, plate, meshes, drawn, scale } = task;
    const size = i420Size(width, height);
    const bent = meshes.map((mesh) => new Float32Array(mesh.positions.length));
    let yuv = new Uint8Array(0);
    return ({ slot, joints }) => {
        const data = task.slots.subarray(slot * size, (slot + 1) * size);
        data.set(plate);
        meshes.forEach((mesh, i) => {
            bendMesh(mesh, drawn, joints, scale, bent[i]);
        });
        const area = evenArea(bent, width, height);
        if (area == null) {
            drawMark({ width, height, data });
            return null;
        }
        if (yuv.length < 3 * area.width * area.height)
            yuv = new Uint8Array(3 * area.width * area.height);
        const surface = { ...area, yuv };
        const picture = { width, height, data };
        liftArea(picture, surface);
        meshes.forEach((mesh, i) => {
            drawTriangles(surface, mesh.texture, bent[i], mesh.positions, mesh.triangles);
        });
        lowerArea(surface, picture);
        drawMark(picture);
        return null;
    };
}
/** Bounds of all vertices inside the frame, on even pixels; null when the character is out of sight. */
function evenArea(positions, width, height) {
    let left = width;
    let right = 0;
    let top = height;
    let bottom = 0;
    for (const list of positions) {
        for (let i = 0; i < list.length; i += 2) {
            left = Math.min(left, list[i]);
            right = Math.max(right, list[i]);
            top = Math.min(top, list[i + 1]);
            bottom = Math.max(bottom, list[i + 1]);
        }
    }
    const evenLeft = Math.max(0, Math.floor(left - 1)) & ~1;
    const evenTop = Math.max(0, Math.floor(top - 1)) & ~1;
    const areaWidth = Math.min(width - evenLeft, (Math.ceil(right + 1) - evenLeft + 1) & ~1);
    const areaHeight = Math.min(height - evenTop, (Math.ceil(bottom + 1) - evenTop + 1) & ~1);
    if (areaWidth <= 0 || areaHeight <= 0)
        return null;
    return { left: evenLeft, top: evenTop, width: areaWidth, height: areaHeight };
}
