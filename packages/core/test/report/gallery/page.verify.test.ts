import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE_MS, startBrowser } from '../../support/browser.ts';
import { makeDraft, mixedDrafts, mixedReport, renderPage } from '../../support/gallery.ts';
import { makeGenerateStep } from '../../support/plans.ts';
import { makeBlockedStep, makeReportOf, makeResult } from '../../support/results.ts';

const FRAME_S = 1 / 30;

let browser: Browser;
const complaints: string[] = [];
const asked: string[] = [];
let content = '';
const server = createServer((request, response) => {
  if (request.url !== '/') asked.push(request.url ?? '');
  response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' });
  response.end(request.url === '/' ? content : '');
});

beforeAll(async () => {
  browser = await startBrowser();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser.close();
  server.close();
});

/** Opens a page over HTTP, where a request that leaves it would be seen; its context ends with `close`. */
async function open(html: string, options: BrowserContextOptions = {}): Promise<Page> {
  content = html;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.isNavigationRequest())
      asked.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page;
}

/** Places of the clips of one row, or of all that are loaded. */
async function times(page: Page, row?: number): Promise<number[]> {
  const scope = row == null ? '' : `#transfer-${row}`;
  return page.evaluate(
    `[...document.querySelectorAll('.row video[src]')].filter((video) => '${scope}' === '' || video.closest('.row').querySelector('${scope || 'h2'}')).map((video) => video.currentTime)`,
  );
}

async function loaded(page: Page): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(
        "(() => { const clips = [...document.querySelectorAll('video[src]')]; return clips.length > 0 && clips.every((video) => video.readyState >= 2 && !video.seeking); })()",
      ),
    )
    .toBe(true);
}

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

/** The clips have gone on, and no two are more than a frame apart. */
async function playsInStep(page: Page, row?: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const now = await times(page, row);
        return now.length > 1 && Math.min(...now) > 0.3 && spread(now) <= FRAME_S;
      },
      { interval: 30 },
    )
    .toBe(true);
}

const bow = (page: Page) => page.locator('.row').filter({ has: page.locator('#transfer-0') });
const dance = (page: Page) => page.locator('.row').filter({ has: page.locator('#transfer-1') });
const names = (page: Page) => page.locator('.row:visible h2').allTextContents();
const mixed = renderPage(mixedReport(), mixedDrafts);

describe('a row', () => {
  test('plays reference, draft and output in step, stops them at one picture, and begins again at the end', async () => {
    const page = await open(mixed);
    await loaded(page);
    await dance(page).getByRole('button', { name: 'Play dance' }).click();
    await playsInStep(page, 1);
    await dance(page).getByRole('button', { name: 'Pause dance' }).click();
    await loaded(page);
    const stopped = await times(page, 1);
    expect(stopped).toHaveLength(3);
    expect(spread(stopped)).toBe(0);
    expect(await times(page, 0)).toEqual([0, 0]);

    await dance(page).getByRole('slider').fill('3.8');
    await dance(page).getByRole('button', { name: 'Play dance' }).click();
    await expect
      .poll(async () => Math.max(...(await times(page, 1))), { interval: 30 })
      .toBeLessThan(1);
    await page.context().close();
  });

  test('is scrubbed as one', async () => {
    const page = await open(mixed);
    await loaded(page);
    await dance(page).getByRole('slider').fill('1.7');
    await loaded(page);
    for (const time of await times(page, 1)) expect(time).toBeCloseTo(1.7, 5);
    expect(await dance(page).locator('.time').textContent()).toBe('1.7 / 4.0 s');
    await page.context().close();
  });

  test('shows state, price, provider, the mark of a draft, and why there is no video', async () => {
    const page = await open(mixed);
    expect(await bow(page).locator('.about').innerText()).toMatch(
      /bow\s+out\/bow\.mp4\s+generated\s+\$0\.38 charged\s+Provider\s+prospolabs\s+Model\s+kling-3\.0\s+Tier\s+standard/,
    );
    expect(await dance(page).locator('figure.draft .tag').textContent()).toBe('draft');
    expect(await dance(page).locator('figure.output .tag').count()).toBe(0);
    expect(await page.locator('.empty').allInnerTexts()).toEqual([
      'No video\nthe provider refused the picture',
      'No video\nassets/wave.mp4 is missing',
    ]);
    await page.context().close();
  });

  test('says so when the browser cannot play a clip, and plays the others', async () => {
    const broken = {
      kind: 'embedded',
      mimeType: 'video/mp4',
      base64: Buffer.from('\0\0\0\x18ftypmp42 and then nothing').toString('base64'),
    } as const;
    const page = await open(
      renderPage(mixedReport(), mixedDrafts, { 'bundle:out/dance.mp4': broken }),
    );
    await dance(page).getByText('This browser cannot play the clip.').waitFor();
    await dance(page).getByRole('button', { name: 'Play dance' }).click();
    await playsInStep(page, 1);
    await page.context().close();
  });
});

describe('all rows', () => {
  test('in view play in step and are scrubbed as one', async () => {
    const page = await open(mixed, { viewport: { width: 1280, height: 1600 } });
    await loaded(page);
    await page.getByRole('button', { name: 'Play all in view' }).click();
    await playsInStep(page);
    await page.getByRole('button', { name: 'Pause all in view' }).click();
    await loaded(page);
    expect(spread(await times(page))).toBe(0);
    await page.getByRole('slider', { name: 'Position of all' }).fill('2.5');
    await loaded(page);
    for (const time of await times(page)) expect(time).toBeCloseTo(2.5, 5);
    expect(await bow(page).locator('.time').textContent()).toBe('2.5 / 4.0 s');
    await page.context().close();
  });

  test('are silent until sound is asked for, and then one clip is heard', async () => {
    const page = await open(mixed);
    const heard = () =>
      page.evaluate(
        "[...document.querySelectorAll('video')].filter((video) => !video.muted).map((video) => video.ariaLabel)",
      );
    expect(await heard()).toEqual([]);
    await page.getByRole('button', { name: 'Sound' }).click();
    expect(await heard()).toEqual(['Output of bow']);
    await dance(page).locator('h2').click();
    expect(await heard()).toEqual(['Output of dance']);
    await page.getByRole('button', { name: 'Sound' }).click();
    expect(await heard()).toEqual([]);
    await page.context().close();
  });

  test('are filtered by text, state and provider, and sorted', async () => {
    const page = await open(mixed);
    const count = page.getByRole('status');
    await page.getByLabel('Filter', { exact: true }).fill('REFUSED picture');
    expect(await names(page)).toEqual(['jump']);
    expect(await count.textContent()).toBe('1 of 4 transfers');
    await page.getByLabel('Filter', { exact: true }).fill('nothing like it');
    expect(await names(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await names(page)).toEqual(['bow', 'dance', 'jump', 'wave']);
    await page.locator('#state').selectOption('generated');
    expect(await names(page)).toEqual(['bow', 'dance']);
    await page.locator('#provider').selectOption('empiriolabs');
    expect(await names(page)).toEqual(['dance']);
    await page.locator('#provider').selectOption('');
    await page.locator('#state').selectOption('');
    await page.locator('#sort').selectOption('price');
    expect(await names(page)).toEqual(['dance', 'bow', 'jump', 'wave']);
    await page.locator('#sort').selectOption('state');
    expect(await names(page)).toEqual(['wave', 'jump', 'bow', 'dance']);
    await page.context().close();
  });
});

describe('the keyboard', () => {
  test('moves, plays, steps, filters and helps', async () => {
    const page = await open(mixed);
    await loaded(page);
    const current = page.locator('article[aria-current] h2');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await current.textContent()).toBe('dance');
    await page.keyboard.press('k');
    expect(await current.textContent()).toBe('bow');
    await page.keyboard.press('Space');
    await playsInStep(page, 0);
    await page.keyboard.press('Space');
    await loaded(page);
    const [before = 0] = await times(page, 0);
    await page.keyboard.press('ArrowRight');
    await loaded(page);
    for (const time of await times(page, 0)) expect(time).toBeCloseTo(before + FRAME_S, 3);
    await page.keyboard.press('ArrowLeft');
    await loaded(page);
    for (const time of await times(page, 0)) expect(time).toBeCloseTo(before, 3);

    await page.keyboard.press('/');
    await page.keyboard.type('jam t?');
    expect(await page.getByLabel('Filter', { exact: true }).inputValue()).toBe('jam t?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });

  test('reaches everything in the order of the page', async () => {
    const page = await open(mixed);
    const reached: string[] = [];
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(
          'document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.firstChild.textContent ?? document.activeElement.textContent',
        ),
      );
    }
    expect(reached).toEqual([
      'Skip to the transfers',
      '1 note',
      'Filter',
      'State',
      'Provider',
      'Sort',
      'Play bow',
      'Position of bow',
      'Play dance',
    ]);
    await page.context().close();
  });
});

describe('the look', () => {
  test.each(['light', 'dark'] as const)('follows a %s system, and the button', async (scheme) => {
    const page = await open(mixed, { colorScheme: scheme });
    const isDark = () =>
      page.evaluate("getComputedStyle(document.body).backgroundColor === 'rgb(19, 20, 22)'");
    expect(await isDark()).toBe(scheme === 'dark');
    await page.keyboard.press('t');
    expect(await isDark()).toBe(scheme !== 'dark');
    await page.reload();
    expect(await isDark()).toBe(scheme !== 'dark');
    await page.context().close();
  });

  test.each([320, 390, 1280])('needs no sideways scrolling at %i px', async (width) => {
    const long = 'a-name-without-any-place-to-break-it'.repeat(4);
    const steps = [makeGenerateStep(long, 380_000), makeBlockedStep('b', long)];
    const report = makeReportOf(steps, null, {}, [long]);
    const page = await open(renderPage(report, [makeDraft(long)]), {
      viewport: { width, height: 800 },
    });
    await loaded(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.context().close();
  });

  test.each([
    ['light', 1280],
    ['dark', 320],
  ] as const)('passes axe in %s at %i px', async (colorScheme, width) => {
    // The checker is a script of its own, which the page's policy would refuse.
    const page = await open(mixed, {
      bypassCSP: true,
      colorScheme,
      viewport: { width, height: 2_400 },
    });
    await loaded(page);
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<{
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      passes: unknown[];
    }>('axe.run()');
    expect(
      violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => [id, html, failureSummary]),
      ),
    ).toEqual([]);
    expect(passes.length).toBeGreaterThan(20);
    await page.keyboard.press('?');
    expect(await page.evaluate("axe.run('dialog').then(({ violations }) => violations)")).toEqual(
      [],
    );
    await page.context().close();
  });
});

describe('the page', () => {
  test('runs nothing and shows everything of hostile names, prompts and messages', async () => {
    const hostile = [
      '<img src=x onerror="window.hit=1">',
      '"><script>window.hit=1</script>',
      "' onmouseover='window.hit=1' autofocus onfocus='window.hit=1",
      '</script><script>window.hit=1</script>',
      '</style><svg onload=window.hit=1>',
      '<!--<script>window.hit=1',
      'javascript:window.hit=1',
      '&lt;img src=x&gt;',
    ];
    const steps = hostile.map((text) => {
      const step = makeGenerateStep('x', 380_000);
      return {
        ...step,
        id: text,
        output: `out/${text}.mp4`,
        provider: text,
        character: {
          ...step.character,
          source: { kind: 'file', path: `assets/${text}.png` } as const,
        },
        parameters: { ...step.parameters, prompt: text },
        reasons: [{ code: 'new' as const, message: text }],
      };
    });
    const results = hostile.map((text) =>
      makeResult(text, { state: 'failed', provider: text, message: text }),
    );
    const drafts = hostile.map((text) => makeDraft(text, { path: null, problem: text }));
    const html = renderPage(makeReportOf(steps, results, {}, hostile), drafts);
    const page = await open(html);
    await loaded(page);
    for (const heading of await page.locator('.row h2').all()) {
      for (const event of ['mouseover', 'focus', 'click']) await heading.dispatchEvent(event);
    }
    expect(await page.evaluate('window.hit ?? null')).toBeNull();
    expect(await page.locator('.row h2').allTextContents()).toEqual(hostile);
    expect(await page.locator('.notes li').allTextContents()).toEqual(hostile);
    expect(await page.locator('script:not([type="text/plain"])').count()).toBe(1);
    expect(await page.locator('svg[onload], [onerror], [onfocus], [autofocus]').count()).toBe(0);
    await page.context().close();
  });

  test('of 200 rows loads only those near the view, and gives back the others', async () => {
    const steps = Array.from({ length: 200 }, (_, index) => makeGenerateStep(`t${index}`, 380_000));
    const results = steps.map(({ id }) => makeResult(id));
    const page = await open(renderPage(makeReportOf(steps, results)));
    await loaded(page);
    const clips = () => page.locator('video[src]').count();
    expect(await clips()).toBeLessThan(20);
    await page.locator('.row').last().scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.row:last-child video[src]').count()).toBe(2);
    await expect.poll(() => page.locator('.row:first-child video[src]').count()).toBe(0);
    expect(await clips()).toBeLessThan(20);
    await page.getByLabel('Filter', { exact: true }).fill('t199');
    expect(await names(page)).toEqual(['t199']);
    await page.context().close();
  });

  test('can be read without scripts', async () => {
    const page = await open(mixed, { javaScriptEnabled: false });
    expect(await page.locator('.row h2').allTextContents()).toEqual([
      'bow',
      'dance',
      'jump',
      'wave',
    ]);
    expect(await page.locator('noscript').isVisible()).toBe(true);
    expect(await page.locator('.transport').isVisible()).toBe(false);
    await page.context().close();
  });

  test('plays a clip that lies beside it on the disk', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'motion-transfer-'));
    try {
      const clip = resolve(import.meta.dirname, '../../../../../examples/assets/motions/dance.mp4');
      await writeFile(join(directory, 'a #1?.mp4'), await readFile(clip));
      const beside = { kind: 'beside', mimeType: 'video/mp4', path: 'a #1?.mp4' } as const;
      const html = renderPage(mixedReport(), [], { 'bundle:out/bow.mp4': beside });
      await writeFile(join(directory, 'gallery.html'), html);
      const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
      await page.goto(pathToFileURL(join(directory, 'gallery.html')).href);
      await loaded(page);
      await bow(page).getByRole('button', { name: 'Play bow' }).click();
      await playsInStep(page, 0);
      expect(await times(page, 0)).toHaveLength(2);
      await page.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('has asked nobody for anything and has not complained, in all of this', () => {
    expect(asked).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
