export function analysisToOutput({ scene, shown, size, }) {
    return (x, y) => [
        ((x * shown.width) / scene.width - size.cropLeft) * size.scale,
        ((y * shown.height) / scene.height - size.cropTop) * size.scale,
    ];
}
export function outputToAnalysis({ scene, shown, size, }) {
    return (x, y) => [
        ((x / size.scale + size.cropLeft) * scene.width) / shown.width,
        ((y / size.scale + size.cropTop) * scene.height) / shown.height,
    ];
}
/** From tracking pixels to analysis pixels. */
export function gridToAnalysis({ grid, }) {
    const spanX = (grid.crop.right - grid.crop.left + 1) / grid.width;
    const spanY = (grid.crop.bottom - grid.crop.top + 1) / grid.height;
    return (x, y) => [grid.crop.left + x * spanX, grid.crop.top + y * spanY];
}
