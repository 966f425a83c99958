import { join, resolve, sep } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const here = import.meta.dirname;
const library = resolve(here, '../lib');

/** What the runner starts: `main` and `post` of action.yml. */
const ENTRIES = { index: join(library, 'index.js'), post: join(library, 'post.js') };

/**
 * Modules that do nothing when they are loaded but define what they export, whatever their package says: what nobody
 * uses of them is left out, with everything that it alone needs.
 */
const ONLY_DEFINES =
  /packages\/(core|action)\/lib\/|node_modules\/(@actions\/(artifact|core|exec|http-client|io)|aws4fetch|image-size|p-limit|picomatch|undici|yaml)\//;

/** Modules that others import and nothing here uses, where no bundler can see that. */
const LEFT_OUT = [
  { from: /[\\/]@actions[\\/]artifact[\\/]/, what: /^\.\/(delete|download|find)\// },
  { from: /[\\/]archiver(-utils)?[\\/]/, what: /^(glob|readdir-glob|tar-stream)$/ },
];

export interface BundleOptions {
  readonly directory: string;
  /** `false` to compare the text of the packages with it. */
  readonly minify: boolean;
}

/** Joins what `tsc` made of the sources, and the packages that they use, into files that load each other when used. */
export async function buildBundle({ directory, minify }: BundleOptions): Promise<OutputChunk[]> {
  const build = await rolldown({
    input: ENTRIES,
    platform: 'node',
    transform: { target: 'node24' },
    plugins: [leaveOut()],
    preserveEntrySignatures: false,
    treeshake: { moduleSideEffects: (id) => !ONLY_DEFINES.test(id.replaceAll(sep, '/')) },
    onLog(level, log) {
      if (level === 'warn') throw new Error(`${log.code ?? 'warning'}: ${log.message}`);
    },
  });
  try {
    const { output } = await build.write({
      dir: directory,
      format: 'esm',
      // Without hashes: a file keeps its name in the history.
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      // All licences are in licenses.txt.
      comments: false,
      minify: minify && {
        // Messages and tests tell errors apart by the names of their classes.
        compress: { keepNames: { class: true, function: false } },
        mangle: { keepNames: { class: true, function: false } },
      },
    });
    return output.filter((file) => file.type === 'chunk');
  } finally {
    await build.close();
  }
}

/** Puts less in the place of modules of which nearly nothing is used, and that cannot be taken apart by themselves. */
function leaveOut(): Plugin {
  const undici = join(here, 'undici.js');
  const http = join(here, 'http.cjs');
  const leftOut = join(here, 'left-out.js');
  return {
    name: 'leave-out',
    resolveId(source, importer = '', { kind }) {
      if (source === 'undici') return undici;
      if (kind === 'import-statement' && /^(node:)?http$/.test(source)) return http;
      const isLeftOut = LEFT_OUT.some((one) => one.from.test(importer) && one.what.test(source));
      return isLeftOut ? leftOut : null;
    },
  };
}
