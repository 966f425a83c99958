import { RECORDS } from '../../media/path-rules.ts';
import { MAX_WILDCARDS, MAX_WILDCARDS_AND_GROUPS, MAX_WILDCARDS_PER_NAME } from '../globs.ts';

/**
 * What the rules of paths, addresses and names come to where only regular expressions are known: the JSON
 * Schema. An editor shows the mistake while it is typed; the action's own rules have the last word and say why.
 * A pattern refuses nothing that the rules accept (`test/config/schema-agrees.test.ts`).
 */
const EXPRESSION = '(?![\\s\\S]*\\$\\{\\{)';
const ADDRESS_CHARACTER = '[^\\s"\'<>`#\\\\\\u0000-\\u001f\\u007f]';
const WILDCARD = '(?:\\*+(?!\\*)|\\?)';

/** Anywhere in a path: not as a directory's or file's name. */
const notNamed = (name: string) => `(?!(?:[\\s\\S]*/)?${name}(?:/|$))`;

const PATH = [
  '(?![A-Za-z][A-Za-z0-9+.-]*:)',
  '(?!/)',
  notNamed('\\.{0,2}'),
  notNamed(anyCase('.git')),
  notNamed(
    `(?:${['con', 'prn', 'aux', 'nul', 'com[0-9]', 'lpt[0-9]'].map(anyCase).join('|')})(?:\\.[^/]*)?`,
  ),
  notNamed('[^/]*[. ]'),
].join('');
const PATH_CHARACTERS = '[^\\\\\\u0000-\\u001f\\u007f-\\u009f]{1,1024}';

/** Of `findGlobProblem`. */
const FEW_WILDCARDS = [
  `(?!(?:[^*?]*${WILDCARD}){${MAX_WILDCARDS + 1}})`,
  `(?!(?:[\\s\\S]*/)?(?:[^*?/]*${WILDCARD}){${MAX_WILDCARDS_PER_NAME + 1}})`,
  `(?!(?:[^*?{]*(?:${WILDCARD}|\\{)){${MAX_WILDCARDS_AND_GROUPS + 1}})`,
].join('');

const URL_PATTERN = `[Hh][Tt][Tt][Pp][Ss]://(?![^/?]*@)(?!/)${ADDRESS_CHARACTER}{1,2040}`;

/** Of `character` and `motion`. Plain http is for this machine, so an editor need not know it. */
export const ASSET_PATTERN = `^${EXPRESSION}(?:${URL_PATTERN}|${FEW_WILDCARDS}${PATH}${PATH_CHARACTERS})$`;

export const OUTPUT_PATTERN = [
  '^',
  EXPRESSION,
  PATH,
  `(?!(?:${['.github', ...RECORDS].map(anyCase).join('|')})/)`,
  '(?![\\s\\S]*\\{(?!(?:character|motion)\\})[^{}]*\\})',
  '(?![\\s\\S]*##\\[)',
  '(?!(?:[\\s\\S]*/)?[^/]{241})',
  '[^\\\\<>:"|?*\\u0000-\\u001f\\u007f-\\u009f]*[^/\\\\<>:"|?*\\u0000-\\u001f\\u007f-\\u009f]\\.mp4$',
].join('');

export const ID_PATTERN = `^${EXPRESSION}(?!\\s)(?![\\s\\S]*\\s$)(?![\\s\\S]*##\\[)[^,\\u0000-\\u001f\\u007f-\\u009f]+$`;

export const PROMPT_PATTERN = `^${EXPRESSION}[\\s\\S]*$`;

export const ENDPOINT_PATTERN = '^[Hh][Tt][Tt][Pp][Ss]://[^?#@\\s\\\\]+$';

/** `con` becomes `[Cc][Oo][Nn]`; dots are escaped, classes left alone. */
function anyCase(name: string): string {
  return name.replace(/\[[^\]]*\]|[a-z]|\./g, (part) => {
    if (part === '.') return '\\.';
    return part.length > 1 ? part : `[${part.toUpperCase()}${part}]`;
  });
}
