import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { writeContactSheet } from '@motion-transfer/draft';
import type { ActionRun } from '@motion-transfer/emulator';
import { renderMarkdownPage } from './markdown-page.ts';
import type { Stage } from './stage.ts';

/** What went otherwise than it should, over all scenes. */
export const problems: string[] = [];

export function expect(holds: boolean, what: string): void {
  console.log(`${holds ? 'ok      ' : 'NOT OK  '} ${what}`);
  if (!holds) problems.push(what);
}

export function announce(title: string): void {
  console.log(`\n${'='.repeat(100)}\n${title}\n${'='.repeat(100)}`);
}

/** The log of a run, and where everything is that it left. */
export async function showRun(stage: Stage, scene: string, run: ActionRun): Promise<void> {
  const directory = join(stage.out, scene);
  console.log(readable(run.stdout));
  const summary = join(directory, 'summary.html');
  writeFileSync(join(directory, 'summary.md'), run.summary);
  writeFileSync(summary, renderMarkdownPage('Job summary', run.summary));
  const videos = run.outputs['output-directory'];
  showPath('summary', summary);
  showPath('plan', run.outputs.plan);
  showPath('results', run.outputs.results);
  showPath('videos', videos);
  showPath('sheet', await writeSheet(stage, directory, videos));
  showPath('gallery', galleryOf(run));
}

/** Relative to where one stands, so that a click in the terminal opens it. */
export function showPath(label: string, path: string | null | undefined): void {
  if (path != null) console.log(`${label.padEnd(20)} ${relative(process.cwd(), path)}`);
}

export function galleryOf(run: ActionRun): string | null {
  const gallery = join(run.outputs['output-directory'] ?? '', 'gallery.html');
  return existsSync(gallery) ? gallery : null;
}

/** Frames of the clips above, and of what was made from them below. */
async function writeSheet(
  { repository }: Stage,
  directory: string,
  videos: string | undefined,
): Promise<string | null> {
  if (videos == null) return null;
  const made = readdirSync(videos, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.mp4'))
    .sort();
  if (made.length === 0) return null;
  const motions = [...new Set(made.map((path) => basename(path)))].map((name) =>
    join(repository, 'assets/motions', name),
  );
  const sheet = join(directory, 'contact-sheet.png');
  await writeContactSheet([...motions, ...made.map((path) => join(videos, path))], sheet);
  return sheet;
}

/** The log as GitHub shows it: groups as headings, commands as what they stand for. */
export function readable(log: string): string {
  return log
    .split('\n')
    .filter((line) => !/^::(endgroup|add-mask|save-state|debug)/.test(line))
    .map((line) =>
      line
        .replace(/^::group::/, '> ')
        .replace(/^::(error|warning|notice)[^:]*::/, (_, level) => `${level.toUpperCase()}: `),
    )
    .join('\n')
    .trim();
}
