import { existsSync, mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { takeStrip } from './screenshots/strip.ts';

/**
 * The pictures of the documentation: the strip from the example assets, the others of what `npm start` left in
 * `out/`. With names, only those: `npm run screenshots -- strip.png`.
 */
const root = resolve(import.meta.dirname, '..');
const out = join(root, 'out');
const images = join(root, 'docs/images');

interface Shot {
  /** File below `docs/images`. */
  readonly name: string;
  /** Page below `out`. */
  readonly page: string;
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  readonly prepare?: (page: Page) => Promise<void>;
}

const run = 'scene-2/motion-transfer/gallery.html';
const shots: readonly Shot[] = [
  {
    name: 'gallery-light.png',
    page: run,
    width: 1280,
    height: 1200,
    theme: 'light',
    prepare: scrub,
  },
  { name: 'gallery-dark.png', page: run, width: 1280, height: 1200, theme: 'dark', prepare: scrub },
  { name: 'gallery-phone.png', page: run, width: 390, height: 844, theme: 'light', prepare: scrub },
  { name: 'summary.png', page: 'scene-2/summary.html', width: 980, height: 640, theme: 'light' },
  {
    name: 'comment.png',
    page: 'comment.html',
    width: 980,
    height: 1010,
    theme: 'light',
    // Its pictures move: at this time they are in the middle of the motion.
    prepare: (page) => page.waitForTimeout(1_300),
  },
];

const STRIP = 'strip.png';
const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const unknown = names.filter((name) => ![STRIP, ...shots.map((shot) => shot.name)].includes(name));
if (unknown.length > 0) {
  const known = [STRIP, ...shots.map(({ name }) => name)].join(', ');
  throw new Error(`there is no picture ${unknown.join(', ')}; give names of ${known}`);
}

const IS_SETTLED =
  "[...document.querySelectorAll('video[src]')].every((video) => !video.seeking && video.readyState >= 2)";

mkdirSync(images, { recursive: true });
const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  // In one process, the browser would end with its first page.
  args: sparticuz.args.filter((argument) => argument !== '--single-process'),
});
try {
  if (isWanted(STRIP)) {
    await takeStrip(browser, join(images, STRIP));
    console.log(relative(process.cwd(), join(images, STRIP)));
  }
  for (const shot of shots.filter(({ name }) => isWanted(name))) await take(browser, shot);
} finally {
  await browser.close();
}

async function take(browser: Browser, shot: Shot): Promise<void> {
  const path = join(out, shot.page);
  if (!existsSync(path)) throw new Error(`${path} is not there: run \`npm start\` first`);
  const page = await browser.newPage({
    viewport: { width: shot.width, height: shot.height },
    deviceScaleFactor: shot.width < 500 ? 2 : 1,
    colorScheme: shot.theme,
  });
  await page.goto(pathToFileURL(path).href);
  await shot.prepare?.(page);
  const target = join(images, shot.name);
  await page.screenshot({ path: target });
  await page.close();
  console.log(relative(process.cwd(), target));
}

/** All clips to the middle of the motion, and every picture there. */
async function scrub(page: Page): Promise<void> {
  await settled(page);
  await page.locator('#scrub-all').fill('1.2');
  await settled(page);
}

/** Asked from outside: the page's policy lets nothing be evaluated inside. */
async function settled(page: Page): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await page.evaluate(IS_SETTLED)) === true) return;
    await page.waitForTimeout(50);
  }
  throw new Error('the clips of the page do not come');
}
