import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Stands where the runner starts the bundle: puts what the runner gives to a step into an .env file, and has
 * local-action run the source with it.
 */
const root = resolve(import.meta.dirname, '../../../..');
const localAction = dirname(dirname(fileURLToPath(import.meta.resolve('@github/local-action'))));
const { PATH = '', HOME = '', ...given } = process.env;

const directory = mkdtempSync(join(tmpdir(), 'local-action-'));
const envFile = join(directory, '.env');
writeFileSync(
  envFile,
  Object.entries({ ...given, LOCAL_ACTION_WORKSPACE: given.GITHUB_WORKSPACE })
    .map(([name, value = '']) => `${name}=${quote(name, value)}\n`)
    .join(''),
);
const entry = (name: string) => relative(root, join(import.meta.dirname, name));
const { status } = spawnSync(
  process.execPath,
  [
    join(localAction, 'bin/local-action.js'),
    ...['.', entry('step.ts'), envFile, '--post', entry('post-step.ts')],
  ],
  {
    // local-action asks npm for the toolkit packages of the directory it is started in.
    cwd: root,
    // Offline: npm must find tsx in this repository, and never fetch it.
    env: {
      HOME,
      PATH: `${join(root, 'node_modules/.bin')}:${PATH}`,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
    stdio: 'inherit',
  },
);
rmSync(directory, { recursive: true, force: true });
process.exitCode = status ?? 1;

/** Between these, dotenv changes nothing. */
function quote(name: string, value: string): string {
  const mark = ["'", '"', '`'].find((one) => !value.includes(one));
  if (mark == null || (mark === '"' && value.includes('\\')))
    throw new Error(`${name} cannot be written to an .env file: ${value}`);
  return `${mark}${value}${mark}`;
}
