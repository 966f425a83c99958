import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blobIdsOf, readOtherIdentities } from '../../../src/media/identity/blob-ids.ts';
import { git, ports, sourceOf, temporaryDirectory } from '../support.ts';

const content = Buffer.from('a clip\n'.repeat(400_000));
const sha256 = `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** As git itself would call it, in a repository of this format. */
async function namedByGit(format: string): Promise<string> {
  const directory = await temporaryDirectory();
  await git(directory, 'init', '--quiet', `--object-format=${format}`);
  await writeFile(join(directory, 'clip.mp4'), content);
  return `git:${await git(directory, 'hash-object', '--no-filters', 'clip.mp4')}`;
}

async function clip(): Promise<string> {
  const path = join(await temporaryDirectory(), 'clip.mp4');
  await writeFile(path, content);
  return path;
}

describe('the identities of a content', () => {
  test('are those that git gives it with objects of either format', async () => {
    const named = [await namedByGit('sha1'), await namedByGit('sha256')];
    expect(await blobIdsOf(sourceOf(content))).toEqual(named);
    expect(await readOtherIdentities(ports.files, await clip(), sha256)).toEqual(named);
  });

  test('are all but the one that is known', async () => {
    const [sha1, blob256] = [await namedByGit('sha1'), await namedByGit('sha256')];
    const path = await clip();
    expect(await readOtherIdentities(ports.files, path, sha1)).toEqual([blob256, sha256]);
    expect(await readOtherIdentities(ports.files, path, blob256)).toEqual([sha1, sha256]);
  });

  test('are none when the file is not what the known one names, or is gone', async () => {
    const path = await clip();
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await readOtherIdentities(ports.files, path, other)).toEqual([]);
    expect(await readOtherIdentities(ports.files, `${path}.gone`, sha256)).toEqual([]);
  });
});
