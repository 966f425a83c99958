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
import {
  embed,
  makeDraft,
  mixedDrafts,
  mixedReport,
  NOWHERE,
  renderPage,
} from '../../support/gallery.ts';
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

/** Of the size that a page has at most: the clips beyond are beside it, and none of those is asked for here. */
function manyRows(count: number): string {
  const first = makeGenerateStep('t', 380_000);
  const steps = Array.from({ length: count }, (_, index) => ({
    ...first,
    id: `t${index}`,
    output: `out/t${index}.mp4`,
  }));
  const inside = new Set([
    0,
    1,
    2,
    3,
    4,
    5,
    count - 6,
    count - 5,
    count - 4,
    count - 3,
    count - 2,
    count - 1,
  ]);
  const changes = Object.fromEntries(
    steps.flatMap(({ output }, index) =>
      inside.has(index)
        ? []
        : [[`bundle:${output}`, { kind: 'absent', reason: 'too large' } as const]],
    ),
  );
  const results = steps.map(({ id }) => makeResult(id));
  return renderPage(makeReportOf(steps, results), [], changes);
}

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
    expect(await dance(page).locator('figure.draft .tag').textContent()).toBe('DRAFT');
    expect(await dance(page).locator('figure.output .tag').count()).toBe(0);
    expect(await page.locator('.empty').allInnerTexts()).toEqual([
      'No video\nthe provider refused the picture',
      'No video\nassets/wave.mp4 is missing',
    ]);
    await page.context().close();
  });

  test('says so when the browser cannot play a clip, and plays the others', async () => {
    const broken = embed(Buffer.from('\0\0\0\x18ftypmp42 and then nothing'), 'video/mp4');
    const page = await open(
      renderPage(mixedReport(), mixedDrafts, { 'bundle:out/dance.mp4': broken }),
    );
    await dance(page).getByText('This browser cannot play the clip.').waitFor();
    await dance(page).getByRole('button', { name: 'Play dance' }).click();
    await playsInStep(page, 1);
    await page.context().close();
  });
});

describe('a stale row', () => {
  const stale = makeGenerateStep('bow', 380_000, {
    reasons: [{ code: 'character-changed', message: 'assets/hero.png changed' }],
  });
  const rolesOf = (page: Page) =>
    page
      .locator('figure figcaption b')
      .allTextContents()
      .then((labels) => labels.join(', '));

  test('shows what was there beside what was made, and both play in step', async () => {
    const page = await open(renderPage(makeReportOf([stale], [makeResult('bow')])));
    await loaded(page);
    expect(await rolesOf(page)).toBe('Character, Reference, Before, After');
    const [before, after] = await Promise.all(
      ['before', 'output'].map((role) => page.locator(`figure.${role}`).boundingBox()),
    );
    expect(before?.y).toBe(after?.y);
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeLessThan(1.2 * (before?.width ?? 0));
    await page.getByRole('button', { name: 'Play bow' }).click();
    await playsInStep(page, 0);
    expect(await times(page, 0)).toHaveLength(3);
    await page.context().close();
  });

  test('shows what was there beside the draft, before anything is bought', async () => {
    const page = await open(renderPage(makeReportOf([stale]), [makeDraft('bow')]));
    expect(await rolesOf(page)).toBe('Character, Reference, Before, Draft');
    await page.context().close();
  });
});

describe('a clip', () => {
  test('is downloaded as the file that it is, a draft under a name that says so', async () => {
    const page = await open(mixed);
    await loaded(page);
    const download = async (name: string) => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('link', { name: `Download ${name}`, exact: true }).click();
      const file = await waiting;
      return [file.suggestedFilename(), await readFile(await file.path())] as const;
    };
    const assets = resolve(import.meta.dirname, '../../../../../examples/assets');
    const [name, bytes] = await download('Output of bow');
    expect(name).toBe('bow.mp4');
    expect(bytes.equals(await readFile(join(assets, 'motions/dance.mp4')))).toBe(true);
    expect((await download('Draft of dance'))[0]).toBe('draft-dance.mp4');
    expect((await download('Character of dance'))[1]).toEqual(
      await readFile(join(assets, 'characters/robot.png')),
    );
    await page.context().close();
  });

  test('has a link of its own that a page made later answers too, and its file one to the commit', async () => {
    const report = mixedReport();
    const plan = { ...report.plan, commit: 'a'.repeat(40) };
    const origin = {
      ...NOWHERE,
      repository: { name: 'octo/animations', url: 'https://github.com/octo/animations' },
      committed: { prefix: 'web app/', paths: new Set(['assets/wave.mp4']) },
    };
    const page = await open(renderPage({ ...report, plan }, mixedDrafts, {}, origin));
    await dance(page).getByRole('link', { name: 'Link to Draft of dance' }).click();
    expect(new URL(page.url()).hash).toBe('#draft/dance');
    const [, later = report.plan.steps[0]] = report.plan.steps;
    if (later == null) throw new Error('no step');
    content = renderPage(makeReportOf([later]), mixedDrafts);
    await page.reload();
    expect(await page.locator('figure:target figcaption b').textContent()).toBe('Draft');
    content = renderPage({ ...report, plan }, mixedDrafts, {}, origin);
    await page.reload();
    expect(await bow(page).locator('figure.motion figcaption .file a').getAttribute('href')).toBe(
      `https://github.com/octo/animations/blob/${'a'.repeat(40)}/web%20app/assets/wave.mp4`,
    );
    expect(await bow(page).locator('figure.output figcaption .file a').count()).toBe(0);
    await page.context().close();
  });
});

describe('all rows', () => {
  test('have one button, and it says what it does next', async () => {
    const page = await open(mixed);
    await loaded(page);
    const button = page.locator('#play-all');
    expect(await button.innerText()).toBe('Play all');
    await button.click();
    await expect.poll(() => button.innerText()).toBe('Pause all');
    await button.click();
    await expect.poll(() => button.innerText()).toBe('Play all');
    await page.context().close();
  });

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
    for (let presses = 0; presses < 16; presses++) {
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
      'bow',
      'Download Character of bow',
      'Link to Character of bow',
      'Download Reference of bow',
      'Link to Reference of bow',
      'Download Output of bow',
      'Link to Output of bow',
      'Play bow',
      'Position of bow',
      'dance',
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

  test('has the first picture on the first screen of a phone, and what is left out a tap away', async () => {
    const page = await open(mixed, { viewport: { width: 390, height: 844 } });
    await loaded(page);
    const picture = await bow(page).locator('figure.character').boundingBox();
    const bar = await page.locator('.transport').boundingBox();
    expect((picture?.y ?? Infinity) + (picture?.height ?? 0)).toBeLessThan(bar?.y ?? 0);
    const limits = page.getByText('$10.00 per run');
    expect(await limits.isVisible()).toBe(false);
    await page.getByText('Limits, commit, run').click();
    expect(await limits.isVisible()).toBe(true);
    expect(await page.locator('#sort').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Sort, filter' }).click();
    await page.locator('#sort').selectOption('name');
    await page.context().close();
  });

  test.each([320, 390, 1280])('breaks no name inside a word at %i px', async (width) => {
    const ids = [
      'characters/knight_with-a-lantern/walks-through_the-forest',
      `one${'x'.repeat(60)}word`,
    ];
    const steps = ids.map((id) => makeGenerateStep(id, 380_000));
    const page = await open(
      renderPage(
        makeReportOf(steps),
        ids.map((id) => makeDraft(id)),
      ),
      { viewport: { width, height: 800 } },
    );
    await loaded(page);
    // A text node between two places to break is on one line.
    const broken = await page.evaluate<string[]>(`(() => {
      const broken = [];
      for (const name of document.querySelectorAll('h2, .path, .file')) {
        const texts = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const range = document.createRange();
          range.selectNodeContents(texts.currentNode);
          if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(texts.currentNode.data);
        }
      }
      return broken;
    })()`);
    expect(broken).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.context().close();
  });

  test('marks a draft so that it is read in a picture of a hundred pixels', async () => {
    const page = await open(mixed, { viewport: { width: 320, height: 800 } });
    await loaded(page);
    const tag = dance(page).locator('figure.draft .tag');
    const [mark, frame] = await Promise.all([
      tag.boundingBox(),
      dance(page).locator('figure.draft .frame').boundingBox(),
    ]);
    // Five letters on a third of a hundred pixels are seven pixels wide each.
    expect(mark?.width ?? 0).toBeGreaterThan(0.35 * (frame?.width ?? 1));
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

  test('of 1,000 rows draws those near the view, makes no player for the others, and gives back what is past', async () => {
    const page = await open(manyRows(1_000));
    await loaded(page);
    const drawn = () =>
      page.evaluate<string[]>(
        "[...document.querySelectorAll('.row h2')].filter((title) => title.checkVisibility({ contentVisibilityAuto: true })).map((title) => title.textContent)",
      );
    expect(await page.locator('.row').count()).toBe(1_000);
    expect((await drawn()).length).toBeLessThan(20);
    expect(await page.locator('video').count()).toBeLessThan(20);
    expect(await drawn()).not.toContain('t999');
    await page.locator('.row').last().scrollIntoViewIfNeeded();
    await expect.poll(() => page.locator('.row:last-child video[src]').count()).toBe(2);
    expect(await drawn()).toContain('t999');
    expect((await drawn()).length).toBeLessThan(20);
    await expect.poll(() => page.locator('.row:first-child video').count()).toBe(0);
    expect(await page.locator('video').count()).toBeLessThan(20);
    await page.getByLabel('Filter', { exact: true }).fill('t999');
    expect(await names(page)).toEqual(['t999']);
    await page.context().close();
  });

  test('shows its pictures and plays its videos without scripts', async () => {
    const page = await open(mixed, { javaScriptEnabled: false });
    expect(await page.locator('.row h2').allTextContents()).toEqual([
      'bow',
      'dance',
      'jump',
      'wave',
    ]);
    expect(await page.locator('noscript').first().isVisible()).toBe(true);
    expect(await page.locator('.transport').isVisible()).toBe(false);
    for (const picture of await page.locator('figure.character svg').all()) {
      await picture.scrollIntoViewIfNeeded();
      const { width = 0, height = 0 } = (await picture.boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThan(80);
      // A frame of one colour is some hundred bytes.
      expect((await picture.screenshot()).length).toBeGreaterThan(3_000);
    }
    const video = page.locator('figure.output video').first();
    await video.scrollIntoViewIfNeeded();
    expect(await video.getAttribute('controls')).toBe('');
    await expect
      .poll(() => video.evaluate((element) => Reflect.get(element, 'readyState')))
      .toBeGreaterThanOrEqual(1);
    // A clip of several rows is in the page once, and found from the others.
    expect(await dance(page).locator('figure.motion').innerText()).toContain('shown above');
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
