import sharp from 'sharp';
import { DRAWINGS, type Drawing, draw, type Ground } from '../helpers/drawings.ts';
import { createPoser, POSES } from '../helpers/poser.ts';

/** `node pose-sheet.ts <output.png> [drawing,drawing|file.png] [ground] [cell height]`: each drawing in each test pose. */
const [output = 'poses.png', names = 'all', ground = 'transparent', cellText = '300'] =
  process.argv.slice(2);
const chosen = names === 'all' ? [...DRAWINGS] : names.split(',');
const cell = Number(cellText);
const poseNames = Object.keys(POSES) as (keyof typeof POSES)[];
const layers = [];
for (const [row, name] of chosen.entries()) {
  const image = name.includes('.')
    ? await sharp(name)
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
        .then(({ data, info }) => ({
          width: info.width,
          height: info.height,
          rgba: new Uint8Array(data),
        }))
    : await draw(name as Drawing, ground as Ground);
  const poser = createPoser(image);
  console.log(name, poser.fit.fit.toFixed(3));
  for (const [column, pose] of poseNames.entries()) {
    const picture = poser.show(POSES[pose], {
      scale: (0.62 * cell) / poser.boxHeight,
      background: [235, 60, 200],
      size: cell,
    });
    layers.push({
      input: Buffer.from(picture.rgb),
      raw: { width: cell, height: cell, channels: 3 as const },
      left: column * cell,
      top: row * cell,
    });
  }
}
await sharp({
  create: {
    width: poseNames.length * cell,
    height: chosen.length * cell,
    channels: 3,
    background: 'white',
  },
})
  .composite(layers)
  .png()
  .toFile(output);
