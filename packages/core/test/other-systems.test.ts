import { describe, expect, test } from 'vitest';
import { readPackages } from './architecture/packages.ts';

/** What runs on people's machines; the emulator runs where the tests do. */
const SHIPPED = ['core', 'action', 'draft'];

/** What Windows or macOS lack, and where it stands because its absence is an answer there. */
const rules: readonly {
  readonly what: string;
  readonly sign: RegExp;
  readonly homes: readonly string[];
}[] = [
  {
    what: 'a file that only Linux has',
    sign: /['"`]\/(proc|sys)\//,
    homes: ['core/src/node/lock-file.ts'],
  },
  {
    // git for Windows knows this one name (compat/mingw.c).
    what: 'a device by its path',
    sign: /['"`=]\/dev\//,
    homes: ['core/src/node/git-process.ts'],
  },
  { what: 'a directory for temporary files by its path', sign: /['"`]\/(var\/)?tmp\b/, homes: [] },
  {
    what: 'a shell or one of its programs',
    sign: /['"`](\/bin\/|sh|bash|uname|rm|cp|chmod|mkdir)['"`]|\bexec(Sync)?\(['"`]/,
    homes: [],
  },
  { what: 'an owner or a mode of a file', sign: /\b(getuid|geteuid|chown|chmod)\b/, homes: [] },
  {
    what: 'a process group',
    sign: /\.kill\(-/,
    homes: ['core/src/node/git-process.ts'],
  },
];

const files = [...readPackages()]
  .filter(([name]) => SHIPPED.includes(name))
  .flatMap(([name, sources]) =>
    [...sources].map(([path, text]) => ({ file: `${name}/src/${path}`, text })),
  );

function find(sources: typeof files): string[] {
  return sources.flatMap(({ file, text }) =>
    rules
      .filter(({ sign, homes }) => sign.test(text) && !homes.includes(file))
      .map(({ what }) => `${file} needs ${what}`),
  );
}

describe('nothing that is shipped needs Linux', () => {
  test('no source names what other systems lack', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(find(files)).toEqual([]);
  });

  test.each([
    ["readFile('/proc/self/status')", 'a file that only Linux has'],
    ["const home = '/tmp/motion-transfer';", 'a directory for temporary files by its path'],
    ["spawn('sh', ['-c', line])", 'a shell or one of its programs'],
    ['await chmod(path, 0o755)', 'an owner or a mode of a file'],
    ["open('/dev/stdin')", 'a device by its path'],
    ['process.kill(-pid)', 'a process group'],
  ])('%s is reported', (line, what) => {
    const file = 'core/src/plan/planted.ts';
    expect(find([...files, { file, text: line }])).toEqual([`${file} needs ${what}`]);
  });
});
