import { BONES } from '../puppet/pose.js';
import { HINGES, INFLUENCE } from './mesh.js';
/**
 * Moves every vertex with its hinges. `drawn` and `target` are joints (x, y pairs, `JOINT` order) in texture and in
 * output pixels; `scale` is output pixels per texture pixel and keeps limbs as thick as drawn. Turning about the pivot
 * by a share of the angle keeps joints round; averaging matrices would pinch them.
 */
export function bendMesh(mesh, drawn, target, scale, out) {
    const change = measureBones(drawn, target, scale);
    const { positions, influences } = mesh;
    for (let vertex = 0; 2 * vertex < positions.length; vertex++) {
        const x = positions[2 * vertex];
        const y = positions[2 * vertex + 1];
        let movedX = 0;
        let movedY = 0;
        for (let h = 0; h < HINGES; h++) {
            const at = (vertex * HINGES + h) * INFLUENCE;
            const share = influences[at + 4];
            if (share === 0)
                continue;
            const parent = influences[at];
            const child = influences[at + 1];
            const pivot = influences[at + 2];
            const blend = influences[at + 3];
            const turn = change.turn[parent] + blend * wrap(change.turn[child] - change.turn[parent]);
            const mix = (i) => change.stretch[3 * parent + i] * (1 - blend) + change.stretch[3 * child + i] * blend;
            const fromX = x - drawn[2 * pivot];
            const fromY = y - drawn[2 * pivot + 1];
            const stretchedX = mix(0) * fromX + mix(1) * fromY;
            const stretchedY = mix(1) * fromX + mix(2) * fromY;
            const cos = Math.cos(turn);
            const sin = Math.sin(turn);
            movedX += share * (target[2 * pivot] + cos * stretchedX - sin * stretchedY);
            movedY += share * (target[2 * pivot + 1] + sin * stretchedX + cos * stretchedY);
        }
        out[2 * vertex] = movedX;
        out[2 * vertex + 1] = movedY;
    }
}
function measureBones(drawn, target, scale) {
    const turn = new Float64Array(BONES.length);
    const stretch = new Float64Array(3 * BONES.length);
    BONES.forEach(([from, to], bone) => {
        const dx = drawn[2 * to] - drawn[2 * from];
        const dy = drawn[2 * to + 1] - drawn[2 * from + 1];
        const ex = target[2 * to] - target[2 * from];
        const ey = target[2 * to + 1] - target[2 * from + 1];
        const length = Math.hypot(dx, dy) || 1e-6;
        const ux = dx / length;
        const uy = dy / length;
        const along = Math.hypot(ex, ey) / length - scale;
        turn[bone] = Math.atan2(ey, ex) - Math.atan2(dy, dx);
        stretch[3 * bone] = scale + along * ux * ux;
        stretch[3 * bone + 1] = along * ux * uy;
        stretch[3 * bone + 2] = scale + along * uy * uy;
    });
    return { turn, stretch };
}
function wrap(angle) {
    return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
