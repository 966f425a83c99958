import { type Flaw, flawedPerformer } from '@motion-transfer/emulator';
import { startWorkbench, type Workbench, type WorkbenchOptions } from '../workbench.ts';

const FLAWS: readonly Flaw[] = ['shorter', 'smaller', 'silent', 'black', 'still'];

/** One transfer for each word, which is its prompt as well; one that is called as a flaw comes back with it. */
export function start(
  words: readonly string[],
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  return startWorkbench({
    config: configOf(words),
    performer: flawedPerformer(({ prompt }) => FLAWS.find((flaw) => flaw === prompt)),
    ...options,
  });
}

export function configOf(words: readonly string[]): string {
  const transfers = words.map(
    (word) =>
      `  - { character: robot.png, motion: wave.mp4, output: animations/${word}.mp4, prompt: ${word} }`,
  );
  return ['version: 1', 'provider: empiriolabs', 'transfers:', ...transfers, ''].join('\n');
}

/** Kinds of warnings by word, as results.json has them; `null` where the video was not looked at. */
export function kindsIn(bench: Workbench, run: Parameters<Workbench['results']>[0]) {
  const { results } = bench.results(run);
  return Object.fromEntries(
    results.map(({ output, warnings }) => [
      output.split('/').at(-1)?.replace('.mp4', ''),
      warnings?.map(({ kind }) => kind) ?? null,
    ]),
  );
}
