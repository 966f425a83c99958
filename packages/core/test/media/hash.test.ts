import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256OfFile } from '../../src/media/hash.ts';
import { sha256 } from '../../src/model/hash.ts';
import { makePorts } from '../support/ports.ts';
import { temporaryDirectory } from './support.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const { files } = makePorts();

test('a text, its bytes and a file of them have one hash', async () => {
  const path = join(await temporaryDirectory(), 'abc');
  await writeFile(path, 'abc');
  expect(sha256('abc')).toBe(ABC);
  expect(sha256(Buffer.from('abc'))).toBe(ABC);
  expect(await sha256OfFile(files, path)).toBe(ABC);
});

test('what is no file has none', async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, 'folder'));
  expect(await sha256OfFile(files, join(directory, 'folder'))).toBeNull();
  expect(await sha256OfFile(files, join(directory, 'missing'))).toBeNull();
});
