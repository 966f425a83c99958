import { isLoopback } from '../http/loopback.ts';
import type { AssetSource } from '../model/media.ts';

/** Device names that Windows finds in any directory, with any extension. */
const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
/** File systems allow 255 bytes a name; the rest is for suffixes of temporary files. */
const MAX_NAME_BYTES = 240;
const MAX_PATH_BYTES = 1024;
const MAX_URL_LENGTH = 2048;

/** Whether a text is meant as a URL of any scheme (a drive letter such as `C:` is none). */
export function looksLikeUrl(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(text);
}

/** Why a text cannot be a path inside the repository, or `null` when it can. */
export function findPathProblem(path: string): string | null {
  if (path === '') return 'must not be empty';
  if ([...path].some((character) => character < ' ' || character === '\x7f')) {
    return 'must not hold control characters';
  }
  if (path.includes('\\')) return 'must be written with / instead of \\';
  if (/^[A-Za-z]:/.test(path)) return 'must be inside the repository, without a drive letter';
  if (path.startsWith('/')) return 'must be inside the repository: write it without the leading /';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const name of path.split('/')) {
    const problem = findNameProblem(name);
    if (problem != null) return problem;
  }
  return null;
}

function findNameProblem(name: string): string | null {
  if (name === '..') return 'must be inside the repository: .. is refused';
  if (name === '.') return 'must be written without ./';
  if (name === '') return 'must not hold empty parts (// or a trailing /)';
  if (WINDOWS_DEVICES.test(name)) return `holds ${name}, a name that Windows reserves`;
  if (/[. ]$/.test(name)) return `holds ${JSON.stringify(name)}, which ends in a dot or a space`;
  if (/^\.git$/i.test(name)) return 'must not be inside .git';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return `holds a name longer than ${MAX_NAME_BYTES} bytes`;
  }
  return null;
}

/** Why a path cannot be written as an output, or `null` when it can. */
export function findOutputProblem(path: string): string | null {
  const problem = findPathProblem(path);
  if (problem != null) return problem;
  if (!path.endsWith('.mp4')) return 'must end in .mp4';
  if (path.endsWith('/.mp4') || path === '.mp4') return 'must have a name before .mp4';
  if (/^\.github\//i.test(path)) return 'must not be inside .github';
  // The artifact holds these beside the videos.
  const record =
    /^(motion-transfer\.lock\.json|plan\.json|results\.json|gallery\.html|drafts|collected)\//i.exec(
      path,
    );
  if (record != null) return `must not be inside ${record[1]}, a name of ours in the artifact`;
  // GitHub refuses artifacts with such names, and so does Windows.
  const refused = /[<>:"|?*]/.exec(path);
  return refused == null ? null : `must not hold ${refused[0]}: artifacts cannot carry such a name`;
}

/** Why a URL cannot be used as an asset, or `null` when it can. */
export function findUrlProblem(text: string): string | null {
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  const url = URL.parse(text);
  if (url == null) return 'is not a valid URL';
  // Plain http names this machine only; it is fetched from only when a provider was moved here too.
  const isLocal = url.protocol === 'http:' && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) return `must be an https URL, not ${url.protocol}`;
  if (!/^https?:\/\/[^/\\]/i.test(text)) return 'must start with https:// and a host';
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user name or password: they would end up in logs and in the lockfile';
  }
  if (text.includes('#')) return 'must not hold a # fragment';
  // The parser drops these silently; what is checked must be what is fetched.
  if ([...text].some((character) => character <= ' ' || character === '\\')) {
    return 'must not hold spaces, control characters or backslashes';
  }
  return null;
}

/** File name without directory and extension: what `{character}` and `{motion}` stand for. */
export function baseName(source: AssetSource): string {
  const path = source.kind === 'file' ? source.path : new URL(source.url).pathname;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Equal for paths that some file system cannot tell apart. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
