import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findOutputProblem, findPathProblem, findUrlProblem } from '../../src/media/path-rules.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { build, configWith } from '../config/support.ts';
import { fuzzTarget } from './target.ts';

/** Fragments that steer random text into the corners of the parser. */
export const FRAGMENTS = [
  'version: 1',
  'provider: fal',
  'transfers:',
  '  - ',
  'character: ',
  'assets/**/*.png',
  '{character}',
  'output: a.mp4',
  'budget: { per-run: ',
  '.nan',
  '5',
  '}',
  ']',
  '[',
  '&a ',
  '*a',
  '!!map ',
  '? ',
  ': ',
  '- ',
  '<<: ',
  '|\n',
  '>-\n',
  '"',
  "'",
  '#',
  '---\n',
  '%YAML 1.1\n',
  '__proto__: ',
  'constructor: ',
  '\n',
  '\n  ',
  '\t',
  '\0',
  '\uFEFF',
  '\ud800',
  'https://a:b@c/#d',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })), { maxLength: 40 })
  .map((parts) => parts.join(''));

/** A sound config with one place replaced. */
const mutant = fc
  .tuple(fc.nat(400), fc.nat(10), fc.constantFrom(...FRAGMENTS))
  .map(([at, length, part]) => {
    const sound = configWith(
      '    take: 2\n    provider-options: { fal: { retention: long } }\nbudget: { per-run: 5 }\n',
    );
    return sound.slice(0, at) + part + sound.slice(at + length);
  });

const json = fc
  .dictionary(
    fc.constantFrom('provider', 'budget', 'defaults', 'staging', 'ledger', 'transfers', 'version'),
    fc.json({ maxDepth: 3 }),
  )
  .map((entries) => Object.entries(entries).map(([key, value]) => `${key}: ${value}`))
  .map((lines) => lines.join('\n'));

export function buildOrRefuse(written: string, inputs = {}): void {
  try {
    build(written, inputs);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    assert.ok(error.issues.length > 0);
    assert.ok(error.issues.every(({ message }) => message !== ''));
  }
}

/** No text makes anything but a config or a ConfigError. */
export const configText = fuzzTarget({
  name: 'config-text',
  input: fc.oneof(text, mutant),
  check: (written) => buildOrRefuse(written),
});

/** No value in any key does either. */
export const configValues = fuzzTarget({
  name: 'config-values',
  input: json,
  check: (written) => buildOrRefuse(written),
});

const pathPiece = fc.oneof(
  fc.constantFrom('/', '.', '..', '.git', 'git~1', '.github', 'CON', 'drafts', '.mp4', '##[', '~'),
  fc.constantFrom('\u202e', '\u200b', '\u0456', '\uff47', '\u0301', '\\', 'C:', ' '),
  fc.string({ unit: 'binary', maxLength: 3 }),
);

/** A path that is taken for an output names one file below the workspace, and is shown as it is. */
export const outputPath = fuzzTarget({
  name: 'output-path',
  input: fc.array(pathPiece, { maxLength: 8 }).map((pieces) => `${pieces.join('')}.mp4`),
  check(path) {
    if (findOutputProblem(path) != null) return;
    assert.equal(findPathProblem(path), null);
    const parts = path.normalize('NFKC').toLowerCase().split('/');
    assert.ok(!parts.includes('..') && !parts.includes('.git') && parts[0] !== '.github');
    assert.ok(!path.startsWith('/') && !path.includes('##['));
    assert.doesNotMatch(path, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*\\]/u);
  },
});

/** An address that is taken ends nowhere early, whatever shows it. */
export const assetUrl = fuzzTarget({
  name: 'asset-url',
  input: fc
    .array(
      fc.oneof(
        fc.constantFrom('"', "'", '<', '>', '`', '#', '@', ':', '?', '%22', ' ', '\\', '\u202e'),
        fc.webUrl(),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      { maxLength: 6 },
    )
    .map((pieces) => `https://h/${pieces.join('')}`),
  check(url) {
    if (findUrlProblem(url) != null) return;
    assert.ok(URL.canParse(url));
    assert.doesNotMatch(url, /[\s"'<>`\\\p{Cc}\p{Cf}]/u);
  },
});
