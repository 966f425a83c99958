import { spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTemporaryFolder } from './helpers/media.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const assets = join(import.meta.dirname, '../../../examples/assets');
const character = ['--character', join(assets, 'characters/robot.png')];
const motion = ['--motion', join(assets, 'motions/dance.mp4')];
const small = ['--max-side', '160', '--max-seconds', '0.5'];

function draft(args: readonly string[], where = process.cwd()) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: where },
  });
  return { status, stdout, stderr };
}

describe('npm run draft', () => {
  test('says in sentences what was made, and where', () =>
    inTemporaryFolder(async (folder) => {
      const args = [...character, ...motion, ...small, '--output', 'made/robot-dance.mp4'];
      const { status, stdout, stderr } = draft(args, folder);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      await access(join(folder, 'made/robot-dance.mp4'));
      expect(stdout).toMatch(
        /^made\/robot-dance\.mp4 is a draft of 0\.5 s, 160 x 90 at 24 frames a second, without sound, \d+ KB\.$/m,
      );
      expect(stdout).toContain('moves as a');
      expect(stdout).toMatch(
        /cost \$0\.00; .* `npm run providers` lists who sells the real one\.\n$/,
      );
      expect(stdout).not.toContain('{');
    }));

  test('prints the report as JSON with --json', () =>
    inTemporaryFolder(async (folder) => {
      const output = ['--output', join(folder, 'draft.mp4'), '--json'];
      const { stdout } = draft([...character, ...motion, ...small, ...output]);
      expect(JSON.parse(stdout)).toMatchObject({ draft: true, frames: 12, durationS: 0.5 });
    }));

  test('explains every option with --help, and makes nothing', () => {
    const { status, stdout } = draft([...character, '--help']);
    expect(status).toBe(0);
    for (const name of ['character', 'motion', 'output', 'orientation', 'keep-original-sound'])
      expect(stdout).toContain(`--${name}`);
    for (const name of ['max-seconds', 'max-side', 'short-side', 'workers', 'json', 'help'])
      expect(stdout).toContain(`--${name}`);
    expect(draft(['-h']).stdout).toBe(stdout);
  });

  test.each([
    ['no output', [...character, ...motion], '--output is missing; give a path, e.g. --output'],
    ['no arguments', [], '--character is missing; give a path, e.g. --character hero.png.'],
    [
      'an output that is the motion',
      [...character, ...motion, '--output', motion[1] ?? ''],
      '--output is the file of --motion, which a draft would replace; give another path',
    ],
    ['an output of another kind', [...character, ...motion, '--output', 'o.avi'], 'is no .mp4'],
    [
      'a value that begins with a dash',
      [...character, '--max-seconds', '-1'],
      '--max-seconds has no value; what follows it begins with a dash. Give --max-seconds=<value>.',
    ],
    ['an unknown option', ['--frame', '3'], "Unknown option '--frame'."],
    ['a bare argument', ['hero.png'], "Unexpected argument 'hero.png'."],
    [
      'an option without its value',
      ['--character'],
      "Option '--character <value>' argument missing.",
    ],
    ['no number', ['--max-side', 'big'], "--max-side is 'big'; give a number."],
    [
      'another orientation',
      ['--orientation', 'left'],
      "--orientation is 'left'; give image or video.",
    ],
  ])('names what is wrong with %s and where the options are', (_, args, message) => {
    const { status, stdout, stderr } = draft(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\nAll options: npm run draft -- --help\n$/);
  });

  test('names a file that is not there', () => {
    const output = ['--output', 'never-made.mp4'];
    const { status, stderr } = draft([...motion, ...output, '--character', 'no-hero.png']);
    expect(status).toBe(1);
    expect(stderr).toContain('no-hero.png');
    expect(stderr).not.toContain('    at ');
  });
});
