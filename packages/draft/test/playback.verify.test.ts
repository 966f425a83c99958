import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { renderDraft } from '../src/index.ts';
import { inTemporaryFolder } from './helpers/media.ts';

/** However busy the machine is. */
const PATIENCE_MS = 300_000;

const assets = join(import.meta.dirname, '../../../examples/assets');

test('a draft plays to its end in a real browser', () =>
  inTemporaryFolder(async (folder) => {
    const outputPath = join(folder, 'draft.mp4');
    const report = await renderDraft({
      characterPath: join(assets, 'characters/robot.png'),
      motionPath: join(assets, 'motions/wave.mp4'),
      outputPath,
      maxSide: 320,
      maxSeconds: 2,
    });
    const video = await readFile(outputPath);
    const server = createServer((request, response) => {
      const isVideo = request.url === '/draft.mp4';
      response.writeHead(200, { 'content-type': isVideo ? 'video/mp4' : 'text/html' });
      response.end(isVideo ? video : '<video src="/draft.mp4" muted></video>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const browser = await chromium.launch({
      executablePath: await sparticuz.executablePath(),
      args: sparticuz.args,
      timeout: PATIENCE_MS,
    });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(`http://127.0.0.1:${port}/`);
      const played = await page.evaluate(PLAY_TO_THE_END);
      expect(played).toEqual({
        endedAtS: report.durationS,
        width: report.width,
        height: report.height,
      });
    } finally {
      await browser.close();
      server.close();
    }
  }));

/** Runs in the page. */
const PLAY_TO_THE_END = `(async () => {
  const video = document.querySelector('video');
  await video.play();
  await new Promise((resolve, reject) => {
    video.onended = resolve;
    video.onerror = () => reject(new Error(video.error.message));
  });
  return { endedAtS: video.currentTime, width: video.videoWidth, height: video.videoHeight };
})()`;
