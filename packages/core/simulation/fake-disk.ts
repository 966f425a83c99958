import { Readable } from 'node:stream';
import type { DirectoryEntry, FilePort } from '../src/ports.ts';
import type { Core } from './core.ts';
import { sha256Of } from './film.ts';
import { never, type Process } from './process.ts';
import type { World } from './world.ts';

/** The disk of one machine: whatever took place before a death is still there after it. */
export class FakeDisk {
  readonly files = new Map<string, Buffer>();
  readonly name: string;
  /** Digests of all bytes that ever lay where people find them. */
  readonly delivered = new Set<string>();
  private readonly directories = new Set<string>(['/']);
  private readonly locks = new Map<string, Process>();
  /** Called with every line that is appended for good. */
  onAppend: (path: string, line: string) => void = () => {};
  onReplace: (path: string) => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  put(path: string, bytes: Buffer): void {
    this.files.set(path, bytes);
    this.addDirectory(parentOf(path));
    if (/^\/workspace\/out\/|\/collected\//.test(path)) this.delivered.add(sha256Of(bytes));
  }

  text(path: string): string | null {
    return this.files.get(path)?.toString('utf8') ?? null;
  }

  private addDirectory(path: string): void {
    for (let at = path; !this.directories.has(at); at = parentOf(at)) this.directories.add(at);
  }

  portFor(process: Process, core: Core, world: World): FilePort {
    const { files } = this;
    const read = (path: string): Buffer => {
      const bytes = files.get(path);
      if (bytes == null) throw new core.MotionTransferError(`${path} cannot be opened: ENOENT`);
      return bytes;
    };
    /** Looking changes nothing, so a death around it is no case of its own. */
    const look = <Value>(find: () => Value): Promise<Value> => {
      if (!process.isAlive) return never;
      try {
        return Promise.resolve(find());
      } catch (error) {
        return Promise.reject(error);
      }
    };
    return {
      stat: (path) =>
        look(() => {
          const bytes = files.get(path);
          if (bytes != null) return { kind: 'file', bytes: bytes.length };
          return this.directories.has(path) ? { kind: 'directory', bytes: 0 } : null;
        }),
      realPath: (path) => look(() => path),
      readText: (path) => look(() => this.text(path)),
      open: (path) =>
        look(() => {
          const bytes = read(path);
          return {
            bytes: bytes.length,
            read: (offset, length) => look(() => bytes.subarray(offset, offset + length)),
            close: () => look(() => {}),
          };
        }),
      stream: (path) => Readable.from([read(path)], { objectMode: false }),
      writeAtomic: (path, content) =>
        process.local(() => {
          this.put(path, Buffer.from(content));
          this.onReplace(path);
        }),
      appendDurably: (path, line) => {
        const append = (text: string) =>
          this.put(path, Buffer.concat([files.get(path) ?? Buffer.alloc(0), Buffer.from(text)]));
        return process.local(
          () => {
            append(`${line}\n`);
            this.onAppend(path, line);
          },
          // Cut off anywhere, up to a whole line that only lacks its end.
          () => append(line.slice(0, world.random.integer(0, line.length))),
        );
      },
      create: (path) =>
        process.local(() => {
          this.put(path, Buffer.alloc(0));
          return {
            write: (chunk) =>
              look(() => {
                this.put(path, Buffer.concat([read(path), chunk]));
              }),
            finish: () => process.local(() => {}),
            abandon: () => look(() => {}),
          };
        }),
      sync: (path) =>
        look(() => {
          read(path);
        }),
      rename: (from, to) =>
        process.local(() => {
          const bytes = read(from);
          files.delete(from);
          this.put(to, bytes);
        }),
      copy: (from, to) => process.local(() => this.put(to, read(from))),
      remove: (path) =>
        files.has(path)
          ? process.local(() => {
              files.delete(path);
            })
          : look(() => {}),
      removeDirectory: (path) =>
        look(() => {
          for (const known of [...files.keys()])
            if (known.startsWith(`${path}/`)) files.delete(known);
        }),
      makeDirectory: (path) => look(() => this.addDirectory(path)),
      listDirectory: (path) =>
        look((): readonly DirectoryEntry[] =>
          [...files.keys()]
            .filter((known) => parentOf(known) === path)
            .map((known) => ({ name: known.slice(path.length + 1), kind: 'file' })),
        ),
      whyNotWritable: () => look(() => null),
      lock: (path) =>
        process.local(() => {
          const holder = this.locks.get(path);
          if (holder?.isAlive === true)
            throw new core.RecordError(`${path} is held by ${holder.identity.name}`);
          this.locks.set(path, process);
          return () =>
            process.local(() => {
              this.locks.delete(path);
            });
        }),
    };
  }
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}
