import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const bundle = 'packages/action/dist';

// Jobs run what git checks out: what is built but ignored is missing there.
test('git ignores no file of the bundle, the draft engine among them', () => {
  const files = readdirSync(join(root, bundle), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  expect(files).toContain(`${bundle}/draft/lib/index.js`);
  const { stdout, status } = spawnSync('git', ['check-ignore', '--no-index', ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  // 1: none of them is ignored.
  expect(status).toBe(1);
});
