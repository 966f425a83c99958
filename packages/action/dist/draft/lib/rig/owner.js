/** Owner of pixels on which nothing is drawn. */
export const NOBODY = 255;
/** Owners of pixels, back to front. */
export const LEFT_LEG = 0;
export const RIGHT_LEG = 1;
export const TRUNK = 2;
export const LEFT_ARM = 3;
export const RIGHT_ARM = 4;
export const OWNERS = [LEFT_LEG, RIGHT_LEG, TRUNK, LEFT_ARM, RIGHT_ARM];
