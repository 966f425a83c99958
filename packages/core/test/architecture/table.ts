/** The rules for a package's `src`. Names are folders (`plan/gather`) or files (`index.ts`) below `src`. */
export interface PackageLayers {
  /** Folder or file -> what it may import besides itself. A file belongs to the longest name that fits it. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Packages of this repository that it may import, spelled as imported. */
  readonly workspace: readonly string[];
  /**
   * Folders and files that decide: no clock, no chance, no `process`, no `fetch`, no timers, no module of Node but
   * hashing, and no import of a file that is not pure itself. A name behind `!` is taken out again.
   */
  readonly pure: readonly string[];
  /** npm packages that compute and do not act: the only ones that any but acting files may import. */
  readonly purePackages: readonly string[];
  /**
   * The only folders and files that name what acts (clock, chance, timers, network, disk); all others act through what
   * they are given. Absent: every file may.
   */
  readonly acting?: readonly string[];
  /** Files that import an address known only at run time. */
  readonly computedImports?: readonly string[];
  /** A folder with one file or folder for each company, none of which knows another. */
  readonly adapters?: Adapters;
}

export interface Adapters {
  readonly folder: string;
  /** The one file in the folder that imports adapters. */
  readonly registry: string;
  /** What adapters have in common. */
  readonly shared: readonly string[];
}

/** Each entry may import every entry of the lines below its own. */
export function stacked(
  lines: readonly (readonly string[])[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    lines.flatMap((line, at) => line.map((name) => [name, lines.slice(at + 1).flat()])),
  );
}

/** Whether the name is the file itself or a folder around it. */
export function covers(name: string, path: string): boolean {
  return name === path || path.startsWith(`${name}/`);
}

/** The longest name that covers the path. */
export function ownerOf(names: Iterable<string>, path: string): string | undefined {
  const fitting = [...names].filter((name) => covers(name, path));
  return fitting.toSorted((a, b) => b.length - a.length)[0];
}

/** Whether the list takes the path in; the longest name decides. */
export function isListed(list: readonly string[], path: string): boolean {
  const names = list.map((entry) => entry.replace(/^!/, ''));
  const owner = ownerOf(names, path);
  return owner !== undefined && list.includes(owner);
}
