import { describe, expect, test } from 'vitest';
import { kindsIn, start } from './output-checks/scenes.ts';
import { shownText } from './shown-text.ts';
import { oneTransfer, startWithoutArtifacts } from './workbench.ts';

describe('a bought video that is whole and not what was asked for', () => {
  test('is delivered with a warning in results, log, summary and gallery, and keeps it when it is reused', async () => {
    const bench = await start(['fine', 'shorter', 'smaller', 'silent']);
    const run = await bench.run();
    expect(run.exitCode, run.stdout).toBe(0);
    const kinds = { fine: [], shorter: ['shorter'], smaller: ['smaller'], silent: ['silent'] };
    expect(kindsIn(bench, run)).toEqual(kinds);
    expect(run.outputs).toMatchObject({ 'generated-count': '4', 'warned-count': '3' });

    const page = shownText(bench.emulator.artifacts[1]?.bytes.toString() ?? '');
    for (const sentence of [
      'shorter than asked for (2 s of 4 s): compare the charge, most bill by length',
      'smaller than its tier (854x480, standard is 720p)',
      "silent, and the clip's sound was to be kept",
    ]) {
      expect(run.stdout).toContain(sentence);
      expect(shownText(run.summary)).toContain(sentence);
      expect(page).toContain(sentence);
    }
    expect(run.summary).toContain('4 generated, 3 with warnings');
    expect(page.match(/>warning</g)).toHaveLength(3);
    expect(run.annotations.filter(({ message }) => message.includes('shorter than'))).toMatchObject(
      [{ level: 'warning', file: '.github/motion-transfer.yml', line: 5 }],
    );

    const again = await bench.run();
    expect(again.outputs).toMatchObject({ 'reused-count': '4', 'warned-count': '3' });
    expect(kindsIn(bench, again)).toEqual({ ...kinds, fine: null });
    expect(shownText(again.summary)).toContain('shorter than asked for (2 s of 4 s)');
    expect(bench.submits()).toBe(4);
  });

  test('is not decoded, and nothing is installed for that, where no draft is wanted', async () => {
    const bench = await start(['black']);
    const cache = `${bench.workspace}/../empty-cache`;
    const run = await bench.run({}, { environment: { RUNNER_TOOL_CACHE: cache } });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(kindsIn(bench, run)).toEqual({ black: [] });
    expect(bench.exists('../empty-cache')).toBe(false);
  });
});

describe('what a clip needs', () => {
  test('is said once to who plans a first purchase, and to whom a provider refused the content', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('kie') });
    const plan = await bench.run({ command: 'plan' });
    expect(plan.summary.match(/one person, filmed in a single take/g)).toHaveLength(1);
    expect(plan.summary).toContain('<details><summary>What a clip needs</summary>');

    const message = 'No valid characters detected in the video';
    bench.emulator.inject({ at: 'submit', kind: 'job-fails', code: '500', message });
    const run = await bench.run();
    expect(bench.results(run).results[0]?.message).toMatch(
      /No valid characters detected in the video \(nothing was billed\); a clip needs one person/,
    );
    expect((await bench.run()).exitCode).toBe(0);
    const done = await bench.run({ command: 'plan' });
    expect(done.summary).not.toContain('What a clip needs');
  });
});
