import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { openFileSource } from '../../src/media/byte-source.ts';
import { messageOf, RecordError, UnsafeError } from '../../src/model/errors.ts';
import { createNodeFiles } from '../../src/node/files.ts';
import type { LockOwner } from '../../src/ports.ts';
import { temporaryDirectory } from '../media/support.ts';

const files = createNodeFiles();

test('stat tells files, directories and the rest apart, and follows no link', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'file'), 'abc');
  await symlink('file', join(at, 'link'));
  expect(await files.stat(join(at, 'file'))).toEqual({ kind: 'file', bytes: 3 });
  expect(await files.stat(at)).toMatchObject({ kind: 'directory' });
  expect(await files.stat(join(at, 'link'))).toMatchObject({ kind: 'other' });
  expect(await files.stat(join(at, 'missing'))).toBeNull();
  expect(await files.stat(join(at, 'file/below'))).toBeNull();
});

test('the real path of what does not exist lies below its nearest real parent', async () => {
  const at = await temporaryDirectory();
  await mkdir(join(at, 'real'));
  await symlink('real', join(at, 'link'));
  expect(await files.realPath(join(at, 'link/a/b'))).toBe(join(at, 'real/a/b'));
});

test('text is read up to its limit, and only if it is text', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'a'), 'ünï');
  await writeFile(join(at, 'binary'), Buffer.from([0xff, 0xfe]));
  expect(await files.readText(join(at, 'a'), 5)).toBe('ünï');
  expect(await files.readText(join(at, 'missing'), 5)).toBeNull();
  await expect(files.readText(join(at, 'a'), 4)).rejects.toThrow('has 5 bytes; at most 4 are read');
  await expect(files.readText(join(at, 'binary'), 9)).rejects.toThrow('is not UTF-8 text');
});

test('nothing but regular files is opened, and a pipe does not make anybody wait', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'file'), 'abc');
  await symlink('file', join(at, 'link'));
  execFileSync('mkfifo', [join(at, 'pipe')]);
  for (const path of [join(at, 'link'), join(at, 'pipe'), at, '/dev/zero', '/dev/null']) {
    await expect(files.open(path)).rejects.toBeInstanceOf(UnsafeError);
    await expect(files.readText(path, 9)).rejects.toBeInstanceOf(UnsafeError);
    await expect(text(files.stream(path))).rejects.toBeInstanceOf(UnsafeError);
  }
  await expect(files.appendDurably(join(at, 'link'), 'x')).rejects.toBeInstanceOf(UnsafeError);
});

test('ranges are read from one open file, however it is renamed meanwhile', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'a'), '0123456789');
  const file = await files.open(join(at, 'a'));
  await files.rename(join(at, 'a'), join(at, 'b'));
  await writeFile(join(at, 'a'), 'swapped!!!');
  const read = async (offset: number, length: number): Promise<string> =>
    Buffer.from(await file.read(offset, length)).toString();
  expect(await read(2, 3)).toBe('234');
  expect(await read(8, 100)).toBe('89');
  expect(await read(99, 1)).toBe('');
  await file.close();
});

test('a huge sparse file is refused as a media source', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'huge'), '');
  await truncate(join(at, 'huge'), 5 * 1024 ** 3);
  await expect(openFileSource(files, join(at, 'huge'), 'huge')).rejects.toThrow('above 4 GiB');
});

test('a stream is the whole file', async () => {
  const at = await temporaryDirectory();
  const content = 'x'.repeat(700_001);
  await writeFile(join(at, 'a'), content);
  expect(await text(files.stream(join(at, 'a')))).toBe(content);
});

test('an atomic write replaces the file, or leaves it and no rubbish behind', async () => {
  const at = await temporaryDirectory();
  const path = join(at, 'lock.json');
  await files.writeAtomic(path, 'one');
  await files.writeAtomic(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  await mkdir(join(at, 'directory/full'), { recursive: true });
  await expect(files.writeAtomic(join(at, 'directory'), 'x')).rejects.toThrow();
  expect((await readdir(at)).sort()).toEqual(['directory', 'lock.json']);
});

test('an atomic write replaces a link instead of following it', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'target'), 'kept');
  await symlink('target', join(at, 'link'));
  await files.writeAtomic(join(at, 'link'), 'new');
  expect(await readFile(join(at, 'target'), 'utf8')).toBe('kept');
  expect(await readFile(join(at, 'link'), 'utf8')).toBe('new');
});

test('appended lines stay whole, even after half a line of a crash', async () => {
  const at = await temporaryDirectory();
  const path = join(at, 'journal');
  await files.appendDurably(path, 'one');
  await files.appendDurably(path, 'two');
  await writeFile(path, 'one\ntwo\nthr');
  await files.appendDurably(path, 'four');
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthr\nfour\n');
});

test('a new file is written in order, and never over another', async () => {
  const at = await temporaryDirectory();
  const writer = await files.create(join(at, 'a'));
  await writer.write(Buffer.from('one '));
  await writer.write(Buffer.from('two'));
  await writer.finish();
  expect(await readFile(join(at, 'a'), 'utf8')).toBe('one two');
  await expect(files.create(join(at, 'a'))).rejects.toThrow('EEXIST');
  const abandoned = await files.create(join(at, 'b'));
  await abandoned.write(Buffer.from('x'));
  await abandoned.abandon();
  expect(await readdir(at)).toEqual(['a']);
});

test('copy, remove, makeDirectory and listDirectory do what they say', async () => {
  const at = await temporaryDirectory();
  await files.makeDirectory(join(at, 'x/y'));
  await files.makeDirectory(join(at, 'x/y'));
  await writeFile(join(at, 'a'), 'abc');
  await symlink('a', join(at, 'link'));
  await files.copy(join(at, 'a'), join(at, 'x/b'));
  await expect(files.copy(join(at, 'link'), join(at, 'x/c'))).rejects.toBeInstanceOf(UnsafeError);
  expect(await readFile(join(at, 'x/b'), 'utf8')).toBe('abc');
  expect(await files.listDirectory(join(at, 'x'))).toEqual(
    expect.arrayContaining([
      { name: 'b', kind: 'file' },
      { name: 'y', kind: 'directory' },
    ]),
  );
  expect(await files.listDirectory(at)).toContainEqual({ name: 'link', kind: 'other' });
  await files.remove(join(at, 'x/b'));
  await files.remove(join(at, 'x/b'));
  expect(await files.stat(join(at, 'x/b'))).toBeNull();
});

test('a directory that cannot be written says why, and is asked by its nearest parent that exists', async () => {
  const at = await temporaryDirectory();
  await writeFile(join(at, 'file'), '');
  expect(await files.whyNotWritable(join(at, 'not/there/yet'))).toBeNull();
  expect(await readdir(at)).toEqual(['file']);
  expect(await files.whyNotWritable(join(at, 'file'))).toContain('is not a directory');
  expect(await files.whyNotWritable(join(at, 'file/below'))).toContain('ENOTDIR');
  await chmod(at, 0o555);
  const program = join(import.meta.dirname, 'ask-writable.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [program, join(at, 'out')], {
    encoding: 'utf8',
    // Rights do not bind the superuser.
    ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  });
  expect(stdout, stderr).toContain('EACCES');
});

test('a lock is held once, and free again after its release', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  const release = await files.lock(path);
  await expect(files.lock(path)).rejects.toBeInstanceOf(RecordError);
  await release();
  await release();
  await (await files.lock(path))();
  expect(await files.stat(path)).toBeNull();
});

test('a lock of a living process is respected, and named', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), started: null }));
  await expect(files.lock(path)).rejects.toThrow(`process ${process.ppid} on ${hostname()}`);
});

test('a lock of another machine, or one that nobody can read, is respected', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null }));
  await expect(files.lock(path)).rejects.toBeInstanceOf(RecordError);
  await writeFile(path, 'something');
  await expect(files.lock(path)).rejects.toThrow('unreadable lock');
});

test('a lock of a dead process is taken over', async () => {
  const at = await temporaryDirectory();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(join(at, 'lock'), JSON.stringify({ pid, host: hostname(), started: '1' }));
  await (await files.lock(join(at, 'lock')))();
  expect(await readdir(at)).toEqual([]);
});

test('a lock of an earlier process with the id of a living one is taken over', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), started: '1' }));
  await (await files.lock(path))();
});

describe('a lock of a process that is out of sight', () => {
  const run = { repository: 'octo/animations', runId: '7', attempt: 2 };
  const ofContainer = {
    pid: 1,
    host: 'container.invalid',
    started: '1',
    boot: 'b',
    processNamespace: 'pid:[1]',
    takenAtMs: Date.UTC(2026, 10, 30),
    run,
  };
  const owner = (isOver: boolean, broken: string | null = null): LockOwner => ({
    run: null,
    isOver: async (asked) => isOver && asked.runId === run.runId && asked.attempt === run.attempt,
    broken,
  });

  async function leave(lock: object): Promise<string> {
    const path = join(await temporaryDirectory(), 'lock');
    await writeFile(path, JSON.stringify(lock));
    return path;
  }

  test('is taken over once its run is known to be over', async () => {
    const path = await leave(ofContainer);
    await expect(files.lock(path, owner(false))).rejects.toThrow(
      'process 1 on container.invalid, of run 7 (attempt 2) of octo/animations, since 2026-11-30',
    );
    const release = await files.lock(path, owner(true));
    expect(await readFile(path, 'utf8')).toContain(`"pid":${process.pid}`);
    await release();
  });

  test('is respected where it names no run', async () => {
    const path = await leave({ ...ofContainer, run: null });
    await expect(files.lock(path, owner(true))).rejects.toBeInstanceOf(RecordError);
  });

  test.each([
    ['of a container', JSON.stringify(ofContainer)],
    ['that cannot be read', 'something'],
  ])('%s is broken by its own name, and by no other', async (_what, content) => {
    const path = join(await temporaryDirectory(), 'lock');
    await writeFile(path, content);
    const message = await files.lock(path).then(() => '', messageOf);
    const [, name = ''] = /break-lock: ([0-9a-f]{12})$/.exec(message) ?? [];
    await expect(files.lock(path, owner(false, 'f'.repeat(12)))).rejects.toThrow(name);
    await (await files.lock(path, owner(false, name)))();
  });

  test('is not mistaken for one of this machine with the same name: a process id means nothing there', async () => {
    const path = await leave({ ...ofContainer, host: hostname(), pid: 4_194_304 });
    await expect(files.lock(path)).rejects.toBeInstanceOf(RecordError);
  });
});

test('a lock from before this machine was started anew is taken over, whoever has its process id now', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  const lock = { pid: process.ppid, host: hostname(), started: null, boot: 'an earlier one' };
  await writeFile(path, JSON.stringify(lock));
  await (await files.lock(path))();
});

test('a lock of a process that is seen alive is not broken by anybody', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), started: null }));
  const message = await files.lock(path).then(() => '', messageOf);
  const broken = /break-lock: ([0-9a-f]{12})/.exec(message)?.[1] ?? null;
  const owner = { run: null, isOver: async () => true, broken };
  await expect(files.lock(path, owner)).rejects.toBeInstanceOf(RecordError);
});

test('of many who want one lock at once, one gets it', async () => {
  const path = join(await temporaryDirectory(), 'lock');
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => files.lock(path)));
  expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('what cannot be opened says why', async () => {
  const at = await temporaryDirectory();
  await expect(files.open(join(at, 'missing'))).rejects.toThrow('ENOENT');
  await writeFile(join(at, 'a'), '');
  await chmod(join(at, 'a'), 0o600);
  await expect(files.writeAtomic(join(at, 'missing/a'), 'x')).rejects.toThrow('ENOENT');
});
