import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const packages = resolve(import.meta.dirname, '../..');

/** Mechanisms that are written once: what gives a further copy away, and where it may stand. */
const rules: readonly { readonly what: string; readonly sign: RegExp; readonly home: string }[] = [
  {
    what: 'a loop over the body of an answer',
    sign: /for await \([^)]*\bof (?:\w+\.)?body\)|pipeline\((?:\w+\.)?body\b|\.body\.(?:on\('data'|pipe\(|getReader\()/,
    home: 'core/src/http/body.ts',
  },
  {
    what: 'following a redirect',
    sign: /new URL\(location\b/,
    home: 'core/src/http/redirects.ts',
  },
  {
    what: 'recognizing this machine',
    sign: /['"`^(/]127(?:\\?\.|\()|=== 'localhost'|\[::1\]'/,
    home: 'core/src/http/loopback.ts',
  },
  {
    what: 'a growing delay',
    sign: /\*\*\s*\(?(?:attempt|tr(?:y|ies)|poll|look|retr)|Math\.pow\(/,
    home: 'core/src/retry.ts',
  },
  {
    what: 'minting an id',
    sign: /random\w*\(\) \* 2 \*\*|randomUUID|randomBytes|random\(\)\.toString|String\(random\(\)\)/,
    home: 'core/src/ids.ts',
  },
  {
    what: 'a queue of promises',
    sign: /\w+\.then\((\w+), \1\)/,
    home: 'core/src/serial-queue.ts',
  },
  {
    what: 'taking secrets out of a text',
    sign: /'\*\*\*'|replace\(\/\[\?#\]|replace\(\/\\\?\./,
    home: 'core/src/model/secrets/redact.ts',
  },
  {
    what: 'a page of the documentation, named to people',
    sign: /docs\/[a-z-]+\.md|blob\/v1\/docs/,
    home: 'core/src/model/advice/docs.ts',
  },
  {
    what: 'a sha256',
    sign: /createHash\('sha256'/,
    home: 'core/src/model/hash.ts',
  },
];

/** Ranges of addresses that are not public, and what people are asked to write. */
const elsewhere: readonly (readonly [string, string])[] = [
  ['core/src/node/addresses.ts', "  ['127.0.0.0', 8],"],
];

interface Line {
  readonly file: string;
  readonly text: string;
}

function linesOf(source: string, file: string): Line[] {
  return source.split('\n').map((text) => ({ file, text }));
}

function findCopies(lines: readonly Line[], { sign, home }: (typeof rules)[number]): Line[] {
  return lines.filter(
    ({ file, text }) =>
      file !== home &&
      !/^\s*(?:\/\/|\/?\*)/.test(text) &&
      sign.test(text) &&
      !elsewhere.some(([known, line]) => known === file && line === text),
  );
}

const sources = ['core/src', 'action/src'].flatMap((folder) =>
  readdirSync(join(packages, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) =>
      linesOf(readFileSync(path, 'utf8'), relative(packages, path).split(sep).join('/')),
    ),
);

describe.each(rules)('$what', (rule) => {
  test('is written in one place', () => {
    expect(findCopies(sources, rule)).toEqual([]);
  });

  test('is in that place', () => {
    const home = sources.filter(({ file }) => file === rule.home);
    expect(home.some(({ text }) => rule.sign.test(text))).toBe(true);
  });
});

/** Copies that there once were: each must be found, or the rules above prove nothing. */
test.each([
  ['a loop over the body of an answer', '    for await (const chunk of response.body) {'],
  ['a loop over the body of an answer', '    for await (const chunk of body) yield chunk;'],
  ['a loop over the body of an answer', '  await pipeline(response.body, counter, file);'],
  [
    'a page of the documentation, named to people',
    "      message: 'nothing was bought (docs/staging.md)',",
  ],
  ['following a redirect', '    url = new URL(location, url).href;'],
  ['recognizing this machine', "host === 'localhost' || host.startsWith('127.')"],
  ['recognizing this machine', '/^127\\.\\d+\\.\\d+\\.\\d+$/.test(hostname)'],
  ['recognizing this machine', '/^127(\\.\\d{1,3}){3}$/.test(hostname)'],
  ['recognizing this machine', 'const LOOPBACK_HOSTS = /^(127\\.\\d+\\.\\d+\\.\\d+|localhost)$/;'],
  ['a growing delay', '  await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));'],
  ['a growing delay', '  await wait(1_000 * 2 ** attempt);'],
  ['minting an id', '    Math.floor(random() * 2 ** 24)'],
  ['minting an id', '    return randomUUID();'],
  ['a queue of promises', '    const result = last.then(work, work);'],
  [
    'taking secrets out of a text',
    "    .reduce((clean, form) => clean.replaceAll(form, '***'), text);",
  ],
  ['taking secrets out of a text', "  return source.url.replace(/\\?.*$/s, '');"],
  ['a sha256', "  return createHash('sha256').update(text).digest('hex');"],
  ['a sha256', "  const hash = createHash('sha256');"],
])('%s would be noticed: %s', (what, text) => {
  const rule = rules.find((known) => known.what === what);
  const line = { file: 'action/src/example.ts', text };
  expect(rule == null ? [] : findCopies([line], rule)).toEqual([line]);
});
