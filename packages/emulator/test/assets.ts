import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MkvOutputFormat,
  MovOutputFormat,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

const ASSETS = join(import.meta.dirname, '../../../examples/assets');
export const girl = readFileSync(join(ASSETS, 'characters/girl.png'));
export const robot = readFileSync(join(ASSETS, 'characters/robot.png'));
export const dance = readFileSync(join(ASSETS, 'motions/dance.mp4'));

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export interface Repository {
  readonly directory: string;
  readonly sha: string;
  remove(): void;
}

/** A real git repository with one commit; files under `lfs/` are pointers with a stored object. */
export function createRepository(files: Readonly<Record<string, Uint8Array>>): Repository {
  const directory = mkdtempSync(join(tmpdir(), 'emulator-repository-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      encoding: 'utf8',
    });
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, bytes] of Object.entries(files)) {
    const full = join(directory, path);
    mkdirSync(join(full, '..'), { recursive: true });
    writeFileSync(full, path.startsWith('lfs/') ? storeLfsObject(directory, bytes) : bytes);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'assets');
  return {
    directory,
    sha: git('rev-parse', 'HEAD').trim(),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

function storeLfsObject(directory: string, bytes: Uint8Array): string {
  const oid = sha256(bytes);
  const folder = join(directory, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, oid), bytes);
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}\n`;
}

/** The clip repeated: the same packets again, later. */
export async function repeatClip(
  clip: Uint8Array,
  times: number,
  container: 'mp4' | 'mov' | 'mkv' = 'mp4',
): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(clip), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (track?.codec == null) throw new Error('no video track');
  const formats = {
    mp4: new Mp4OutputFormat(),
    mov: new MovOutputFormat(),
    mkv: new MkvOutputFormat(),
  };
  const target = new BufferTarget();
  const output = new Output({ format: formats[container], target });
  const source = new EncodedVideoPacketSource(track.codec);
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = await track.getDecoderConfig();
  const length = await track.computeDuration();
  for (let round = 0; round < times; round += 1) {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await source.add(
        packet.clone({ timestamp: packet.timestamp + round * length }),
        decoderConfig === null ? undefined : { decoderConfig },
      );
    }
  }
  await output.finalize();
  input.dispose();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}
