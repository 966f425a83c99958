import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfChunks } from '@motion-transfer/core/shell';

/** Written last, so an installation without it was never finished. */
const MANIFEST = 'complete';
/** Files hashed at a time. */
const LANES = 8;

/** Records the sha256 of every file of an installation, in the installation. */
export async function recordFiles(home: string): Promise<void> {
  const paths = await listFiles(home);
  const hashes = await hashFiles(home, paths);
  await writeFile(join(home, MANIFEST), JSON.stringify(Object.fromEntries(hashes)));
}

/** What is wrong with an installation: `null` when every recorded file is still what was installed. */
export async function findDamage(home: string): Promise<'absent' | { path: string } | null> {
  const text = await readFile(join(home, MANIFEST), 'utf8').catch(() => null);
  if (text == null) return 'absent';
  const recorded = parseManifest(text);
  if (recorded == null) return { path: MANIFEST };
  const found = await hashFiles(home, [...recorded.keys()]);
  for (const [path, hash] of recorded) if (found.get(path) !== hash) return { path };
  return null;
}

function parseManifest(text: string): Map<string, string> | null {
  try {
    const content: unknown = JSON.parse(text);
    if (content == null || typeof content !== 'object') return null;
    const entries = Object.entries(content);
    const isWhole = entries.length > 0 && entries.every(([, hash]) => typeof hash === 'string');
    return isWhole ? new Map(entries) : null;
  } catch {
    return null;
  }
}

async function listFiles(home: string): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
    .sort();
}

/** Files that cannot be read have no hash. */
async function hashFiles(home: string, paths: readonly string[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  const waiting = [...paths];
  const work = async () => {
    for (let path = waiting.pop(); path != null; path = waiting.pop()) {
      const content = createReadStream(join(home, path));
      const hash = await sha256OfChunks(content).catch(() => null);
      if (hash != null) hashes.set(path, hash);
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
  return hashes;
}
