import { isLoopback } from '../http/loopback.ts';
import type { AssetSource } from '../model/media/media.ts';

/** Device names that Windows finds in any directory, with any extension. */
const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
/** File systems allow 255 bytes a name; the rest is for suffixes of temporary files. */
const MAX_NAME_BYTES = 240;
/** Names of ours at the top of the artifact: no output lies inside them. */
export const RECORDS: ReadonlySet<string> = new Set([
  'motion-transfer.lock.json',
  'motion-transfer.lock',
  'plan.json',
  'results.json',
  'gallery.html',
  'drafts',
  'collected',
]);
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
  const invisible = findInvisible(path);
  if (invisible != null) return `must not hold ${invisible}, which nobody sees`;
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
  if (WINDOWS_DEVICES.test(plainName(name))) return `holds ${name}, a name that Windows reserves`;
  if (/[. ]$/.test(name)) return `holds ${JSON.stringify(name)}, which ends in a dot or a space`;
  if (isGitDirectory(name))
    return `must not be inside ${name === '.git' ? '.git' : `${name}, which is .git to some file systems`}`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return `holds a name longer than ${MAX_NAME_BYTES} bytes`;
  }
  return null;
}

/**
 * A character that is not shown, or that changes the order of what is: the name that is read would be another
 * one than the name that is used. Unicode's format and default-ignorable characters, and what stands for a space.
 */
export function findInvisible(text: string): string | null {
  const [character] =
    /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u0080-\u009f]/u.exec(text) ?? [];
  if (character == null) return null;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** As file systems know it that fold letters, or that keep short names (`GIT~1`). */
export function isGitDirectory(name: string): boolean {
  const plain = plainName(name);
  return plain === '.git' || /^git~[1-9][0-9]?$/.test(plain) || /^gi[0-9a-f]{4}~[1-9]$/.test(plain);
}

/** A name as it looks: without the differences between letters that only machines see. */
function plainName(name: string): string {
  return foldPath(name.normalize('NFKC'))
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[\u0430\u03b1]/g, 'a')
    .replace(/[\u0435\u0451]/g, 'e')
    .replace(/[\u0456\u0131\u03b9\u04cf]/g, 'i')
    .replace(/[\u043e\u03bf]/g, 'o')
    .replace(/[\u0440\u03c1]/g, 'p')
    .replace(/[\u0441\u03f2]/g, 'c')
    .replace(/[\u0442\u03c4]/g, 't')
    .replace(/[\u0443\u03c5]/g, 'u')
    .replace(/[\u0455]/g, 's')
    .replace(/[\u0261\u0581]/g, 'g')
    .replace(/[\u04bb]/g, 'h')
    .replace(/[\u0501]/g, 'd')
    .replace(/[\u043a\u03ba]/g, 'k');
}

/** Why a path cannot be written as an output, or `null` when it can. */
export function findOutputProblem(path: string): string | null {
  const problem = findPathProblem(path);
  if (problem != null) return problem;
  if (!path.endsWith('.mp4')) return 'must end in .mp4';
  if (path.endsWith('/.mp4') || path === '.mp4') return 'must have a name before .mp4';
  if (path.includes('##[')) return 'must not hold ##[, which begins a command of the runner';
  const written = path.slice(0, Math.max(0, path.indexOf('/')));
  const top = plainName(written);
  if (top === '.github') return 'must not be inside .github';
  // The artifact holds these beside the videos.
  if (RECORDS.has(top)) return `must not be inside ${written}, a name of ours in the artifact`;
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
  if (/^[^/]*\/\/[^/?#]*@/.test(text) || url.username !== '' || url.password !== '') {
    return 'must not hold a user name or password: they would end up in logs and in the lockfile';
  }
  if (text.includes('#')) return 'must not hold a # fragment';
  // The parser drops these silently; what is checked must be what is fetched.
  if (/[\s\p{Cc}\\]/u.test(text)) {
    return 'must not hold spaces, control characters or backslashes';
  }
  const quoted = /["'<>`]/.exec(text)?.[0];
  if (quoted != null) {
    return `must be written with ${quoted === "'" ? '%27' : encodeURIComponent(quoted)} instead of ${quoted}: it would end the address where it is shown`;
  }
  const invisible = findInvisible(text);
  if (invisible != null) return `must not hold ${invisible}, which nobody sees`;
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
