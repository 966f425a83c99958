import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In GitHub's words (GH013); git itself adds `(pre-receive hook declined)`, GitHub `(push declined due to repository rule violations)`. */
const HOOK = `#!/bin/sh
while read -r old new ref; do
  case "$new" in *[!0]*) ;; *) continue ;; esac
  for commit in $(git rev-list "$new" --not --all); do
    if ! git cat-file commit "$commit" | sed '/^$/q' | grep -q '^gpgsig '; then
      echo "error: GH013: Repository rule violations found for $ref." >&2
      echo "" >&2
      echo "- Commits must have verified signatures." >&2
      echo "  Found 1 violation:" >&2
      echo "" >&2
      echo "  $commit" >&2
      exit 1
    fi
  done
done
`;

/** From now on the bare repository takes commits that carry a signature, and no others. */
export async function takeSignedOnly(directory: string): Promise<void> {
  const hook = join(directory, 'hooks/pre-receive');
  await mkdir(join(directory, 'hooks'), { recursive: true });
  await writeFile(hook, HOOK);
  await chmod(hook, 0o755);
}
