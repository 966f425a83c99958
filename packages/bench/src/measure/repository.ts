import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CHARACTER, CLIP } from './folders.ts';

export const REPOSITORY = 'octo/animations';
const CONFIG = '.github/motion-transfer.yml';

export interface BenchRepository {
  readonly workspace: string;
  readonly bareDirectory: string;
  readonly head: string;
  /** Back to the commit, as a new checkout has it; the ledger at the server is kept or begun anew. */
  restore(ledger: 'keep' | 'forget'): void;
}

export interface RepositoryShape {
  readonly characters: number;
  /** Each of them with each of these; one clip where it is left out. */
  readonly motions?: number;
  readonly provider: string;
}

/** A repository with so many characters and clips, and a config that asks for each character with each clip. */
export function createRepository(directory: string, shape: RepositoryShape): BenchRepository {
  const { characters, motions = 1, provider } = shape;
  const workspace = join(directory, 'workspace');
  const bareDirectory = join(directory, 'server.git');
  for (const folder of ['characters', 'motions', '.github'])
    mkdirSync(join(workspace, folder), { recursive: true });
  const picture = readFileSync(CHARACTER);
  for (let index = 0; index < characters; index += 1)
    writeFileSync(join(workspace, `characters/${index}.png`), withNumber(picture, index));
  const clip = readFileSync(CLIP);
  for (let index = 0; index < motions; index += 1)
    writeFileSync(join(workspace, `motions/${index}.mp4`), withFreeBox(clip, index));
  writeFileSync(join(workspace, CONFIG), configFor(provider));
  const git = (...args: string[]) => runGit(workspace, args);
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'core.compression', '0');
  const head = commitAll(workspace);
  return {
    workspace,
    bareDirectory,
    head,
    restore(ledger) {
      git('clean', '-fdxq');
      rmSync(join(workspace, '.git/motion-transfer'), { recursive: true, force: true });
      if (ledger === 'keep') return;
      rmSync(bareDirectory, { recursive: true, force: true });
      runGit(directory, ['init', '--quiet', '--bare', bareDirectory]);
    },
  };
}

/** Commits what is there; tells the commit. */
export function commitAll(workspace: string): string {
  runGit(workspace, ['add', '--all']);
  const author = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  runGit(workspace, [...author, 'commit', '--quiet', '-m', 'Change']);
  return runGit(workspace, ['rev-parse', 'HEAD']).trim();
}

export function runGit(directory: string, args: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
}

function configFor(provider: string): string {
  return `version: 1
provider: ${provider}
budget: { per-transfer: 10.00, per-run: 999999.00 }
transfers:
  - character: characters/*.png
    motion: motions/*.mp4
    output: animations/{character}-{motion}.mp4
`;
}

/** The same clip as other bytes: a `free` box at its end. */
function withFreeBox(clip: Buffer, index: number): Buffer {
  const box = Buffer.alloc(12);
  box.writeUInt32BE(box.length, 0);
  box.write('free', 4, 'latin1');
  box.writeUInt32BE(index, 8);
  return Buffer.concat([clip, box]);
}

/** The same picture as other bytes: a `tEXt` chunk before the last one. */
function withNumber(picture: Buffer, index: number): Buffer {
  const end = picture.length - 12;
  const content = Buffer.from(`tEXtnumber\0${index}`, 'latin1');
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return Buffer.concat([picture.subarray(0, end), chunk, picture.subarray(end)]);
}
