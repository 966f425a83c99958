import { mkdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/model/plan.ts';
import { git, temporaryDirectory } from '../../media/support.ts';
import {
  file,
  girl,
  makeRepository,
  type Repository,
  transferOf,
} from '../../support/repository.ts';

const said = (step: Step) => step.reasons.map(({ message }) => message).join('; ');

async function withLink(target: string, path = 'link.png'): Promise<Repository> {
  const repository = await makeRepository();
  await symlink(target, `${repository.workspace}/${path}`);
  await repository.commit();
  return repository;
}

const stepFor = (repository: Repository, character: string) =>
  repository.step(transferOf({ character: file(character) }));

describe('an asset that is a symbolic link', () => {
  test('is bought under the address of the file that it leads to, with the identity of that file', async () => {
    const repository = await withLink('assets/girl.png');
    const direct = await stepFor(repository, 'assets/girl.png');
    const step = await stepFor(repository, 'link.png');
    expect(step).toMatchObject({
      action: 'generate',
      character: { source: { path: 'link.png' } },
      staged: { character: { method: 'github', host: 'raw', path: 'assets/girl.png' } },
    });
    expect(step.character.identity).toBe(direct.character.identity);
  });

  test('may be a link to a directory on the way, and a link to a link', async () => {
    const repository = await withLink('assets', 'media');
    await symlink('media/girl.png', `${repository.workspace}/twice.png`);
    await repository.commit();
    for (const path of ['media/girl.png', 'twice.png'])
      expect(await stepFor(repository, path)).toMatchObject({
        action: 'generate',
        staged: { character: { path: 'assets/girl.png' } },
      });
  });

  test('is not committed when the file that it leads to is not', async () => {
    const repository = await withLink('assets/girl.png');
    await writeFile(`${repository.workspace}/assets/girl.png`, Buffer.concat([girl, girl]));
    expect(said(await stepFor(repository, 'link.png'))).toContain('link.png is not committed in');
  });

  test('is known by the object of Git LFS that it leads to, whatever its own name is', async () => {
    const repository = await withLink('assets/girl.png', 'hero');
    await repository.write('.gitattributes', '*.png filter=lfs\n');
    const identity = (await stepFor(repository, 'assets/girl.png')).character.identity;
    expect((await stepFor(repository, 'hero')).character.identity).toBe(identity);
  });

  test.each([
    ['/etc/hostname', 'leads out of the repository'],
    ['.git/HEAD', 'leads into .git'],
    ['assets', 'is not a regular file but a directory'],
    ['link.png', 'cannot be followed'],
    ['missing.png', 'a link to a file that does not exist'],
  ])('that leads to %s is blocked: it %s', async (target, reason) => {
    const repository = await withLink(target);
    const step = await stepFor(repository, 'link.png');
    expect(step.action).toBe('blocked');
    expect(said(step)).toContain(reason);
  });

  test('is named for what it is where links are checked out as text files', async () => {
    const repository = await withLink('assets/girl.png');
    await git(repository.workspace, 'config', 'core.symlinks', 'false');
    await unlink(`${repository.workspace}/link.png`);
    await git(repository.workspace, 'checkout', '--', 'link.png');
    expect(String(await readFile(`${repository.workspace}/link.png`))).toBe('assets/girl.png');
    const step = await stepFor(repository, 'link.png');
    expect(step.action).toBe('blocked');
    expect(said(step)).toContain('is a symbolic link in the commit, and a text file');
  });
});

describe('an asset in a submodule', () => {
  async function withSubmodule(): Promise<Repository> {
    const library = await temporaryDirectory();
    await git(library, 'init', '-q');
    await writeFile(`${library}/girl.png`, girl);
    await git(library, 'add', '--all');
    await git(library, 'commit', '-qm', 'girl');
    const repository = await makeRepository();
    const allow = ['-c', 'protocol.file.allow=always'];
    await git(repository.workspace, ...allow, 'submodule', '--quiet', 'add', library, 'library');
    await repository.commit();
    return repository;
  }

  test('has no address of this repository, and what to do is said', async () => {
    const step = await stepFor(await withSubmodule(), 'library/girl.png');
    expect(step.action).toBe('blocked');
    expect(said(step)).toContain(
      'library/girl.png lies in a submodule, and GitHub serves its files',
    );
  });

  test('also has none when a link of this repository leads to it', async () => {
    const repository = await withSubmodule();
    await symlink('library/girl.png', `${repository.workspace}/link.png`);
    await repository.commit();
    expect(said(await stepFor(repository, 'link.png'))).toContain('link.png lies in a submodule');
  });

  test('that is not checked out names what actions/checkout needs', async () => {
    const repository = await withSubmodule();
    await rm(`${repository.workspace}/library`, { recursive: true });
    await mkdir(`${repository.workspace}/library`);
    expect(said(await stepFor(repository, 'library/girl.png'))).toContain(
      'lies in the submodule library, which is not checked out; add `submodules: true` to actions/checkout',
    );
  });
});
