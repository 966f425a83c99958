import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderDraft } from '@motion-transfer/draft';
import type { Browser } from 'playwright-core';

const assets = resolve(import.meta.dirname, '../../examples/assets');
const MOTION = join(assets, 'motions/dance.mp4');
const CHARACTERS = ['robot', 'girl'].map((name) => join(assets, `characters/${name}.png`));
/** Seconds at which the dancer holds a pose. */
const MOMENTS = [0.52, 1.02, 1.57, 2.14, 2.62, 3.02, 3.58];

/** The picture at the top of the README: the clip, and below it each character with its free draft. */
export async function takeStrip(browser: Browser, target: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'strip-'));
  try {
    const rows = [];
    for (const [index, characterPath] of CHARACTERS.entries()) {
      const outputPath = join(folder, `${index}.mp4`);
      await renderDraft({ characterPath, motionPath: MOTION, outputPath });
      rows.push(draftRow(characterPath, outputPath));
    }
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    const path = join(folder, 'strip.html');
    await writeFile(path, renderPage([motionRow(), ...rows]));
    await page.goto(pathToFileURL(path).href);
    await page.waitForFunction(ARE_SHOWN);
    await page.locator('main').screenshot({ path: target });
    await page.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs in the page. */
const ARE_SHOWN =
  "[...document.querySelectorAll('video')].every((video) => !video.seeking && video.readyState >= 2)";

function motionRow(): string {
  return `<h2 class="wide">reference video</h2><p>a dance<br>of 4 seconds</p>${frames(MOTION)}`;
}

function draftRow(character: string, draft: string): string {
  return `<h2>character</h2><h2 class="draft">free draft</h2>
<img src="${pathToFileURL(character).href}" alt="">${frames(draft)}`;
}

function frames(clip: string): string {
  const cells = MOMENTS.map(
    (at) => `<video muted preload="auto" src="${pathToFileURL(clip).href}#t=${at}"></video>`,
  );
  return `<div class="frames">${cells.join('')}</div>`;
}

function renderPage(rows: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Strip</title>
<style>
  body { margin: 0; background: transparent; font: 30px/1.3 "DejaVu Sans", Helvetica, Arial, sans-serif; color: #1f2328; }
  main { display: grid; gap: 0 20px; grid-template-columns: 190px 1fr; width: 1552px; padding: 8px 24px 24px; background: #fff; }
  h2 { margin: 18px 0 8px; font-size: 30px; }
  .wide { grid-column: 2; }
  .draft { color: #1a7f37; }
  p { margin: 0; align-self: center; text-align: center; font-size: 26px; color: #59636e; }
  img { width: 190px; height: 238px; object-fit: contain; border-radius: 10px; background: #f3f5f7; }
  .frames { display: grid; grid-template-columns: repeat(${MOMENTS.length}, 1fr); gap: 6px; height: 238px; }
  video { width: 100%; height: 238px; object-fit: cover; border-radius: 10px; }
</style>
<main>${rows.join('\n')}</main>
</html>
`;
}
