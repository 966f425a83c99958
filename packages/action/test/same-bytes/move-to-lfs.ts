import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** A migration to Git LFS without its program: the bytes on the disk stay, what is committed are pointers. */
const MOVE = String.raw`
printf '*.png filter=lfs diff=lfs merge=lfs -text\nwave.mp4 filter=lfs diff=lfs merge=lfs -text\n' > .gitattributes
git config filter.lfs.clean "sh -c 'f=\$(mktemp); cat > \$f; printf \"version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n\" \$(sha256sum \$f | cut -d\" \" -f1) \$(stat -c %s \$f); rm \$f'"
git config filter.lfs.smudge cat
git rm -q --cached -r .
git add -A
git -c user.name=Test -c user.email=test@example.com commit -qm 'Move the assets to Git LFS, bytes unchanged'
`;

const ASSETS = ['robot.png', 'wave.mp4'];

/** Moves the assets of a checkout to Git LFS, in a commit of their own. */
export function moveToLfs(workspace: string): void {
  const before = ASSETS.map((path) => readFileSync(join(workspace, path)));
  // Where Git LFS is installed, its own filter would go first.
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  execFileSync('sh', ['-ec', MOVE], { cwd: workspace, env });
  for (const path of ASSETS) expect(`${pointerOf(workspace, path)}`).toContain('\noid sha256:');
  expect(ASSETS.map((path) => readFileSync(join(workspace, path)))).toEqual(before);
}

/** As `actions/checkout` leaves them without `lfs: true`. */
export function leavePointers(workspace: string): void {
  for (const path of ASSETS) writeFileSync(join(workspace, path), pointerOf(workspace, path));
}

function pointerOf(workspace: string, path: string): Buffer {
  return execFileSync('git', ['-C', workspace, 'show', `HEAD:${path}`]);
}
