import { baseName, findPathProblem, findUrlProblem, looksLikeUrl } from '../media/path-rules.ts';
import type { Issue } from '../model/issue.ts';
import type { AssetSource } from '../model/media/media.ts';
import { inOrder } from '../model/media/web-file.ts';
import { DEFAULT_MODEL, type ProviderChoice, type Transfer } from '../model/transfer.ts';
import { findGlobProblem, isGlob, matchGlob } from './globs.ts';
import type { Overrides } from './inputs.ts';
import type { WrittenDefaults, WrittenProvider, WrittenTransfer } from './schema/config-schema.ts';
import type { TransferEntry } from './validate.ts';

export const MAX_TRANSFERS = 10_000;

/** What applies to a transfer besides its own keys. Inputs beat its keys, its keys beat the defaults. */
export interface Surroundings {
  readonly provider: WrittenProvider | undefined;
  readonly defaults: WrittenDefaults;
  readonly inputProvider: WrittenProvider | undefined;
  readonly overrides: Overrides;
  /** Repository-relative paths that globs may match, sorted. */
  readonly files: readonly string[];
}

export interface Expanded {
  readonly transfer: Transfer;
  readonly entry: TransferEntry;
}

/** Fills in every default and multiplies globs out. An entry with a problem yields issues and no transfers. */
export function normalizeTransfers(
  entries: readonly TransferEntry[],
  around: Surroundings,
): { readonly expanded: readonly Expanded[]; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const sides = entries.map((entry) => {
    const files = leaveOutExcluded(entry, around.files, issues);
    const characters = expandSide(entry, 'character', files, issues);
    const motions = expandSide(entry, 'motion', files, issues);
    const named =
      characters == null || motions == null || hasPlaceholders(entry, characters, motions, issues);
    return { entry, characters: characters ?? [], motions: motions ?? [], named };
  });

  const count = sides.reduce((sum, side) => sum + side.characters.length * side.motions.length, 0);
  const [first] = entries;
  if (count > MAX_TRANSFERS && first != null) {
    const message = `the globs make ${count} transfers; at most ${MAX_TRANSFERS} are allowed: narrow them`;
    return { expanded: [], issues: [...issues, first.location.issue('error', [], message)] };
  }
  const expanded = sides
    .filter(({ named }) => named)
    .flatMap(({ entry, characters, motions }) =>
      characters.flatMap((character) =>
        motions.map((motion) => ({
          transfer: fillIn(entry, character, motion, around),
          entry,
        })),
      ),
    );
  return { expanded: withoutOverridden(expanded), issues };
}

type Side = 'character' | 'motion';
const SIDES = ['character', 'motion'] as const;

/** The files that the globs of an entry may match. */
function leaveOutExcluded(
  { written, location }: TransferEntry,
  files: readonly string[],
  issues: Issue[],
): readonly string[] {
  const { exclude = [] } = written;
  const patterns = typeof exclude === 'string' ? [exclude] : exclude;
  if (patterns.length > 0 && !hasGlob(written)) {
    const message = 'stands beside a glob: neither character nor motion is one';
    issues.push(location.issue('error', ['exclude'], message));
  }
  const left = new Set<string>();
  for (const pattern of patterns) {
    const problem = findGlobProblem(pattern);
    const matches = problem == null ? matchGlob(pattern, files) : [];
    for (const path of matches) left.add(path);
    if (matches.length > 0) continue;
    const message = `${pattern} ${problem ?? 'leaves nothing out: no file of the repository matches it'}`;
    issues.push(location.issue(problem == null ? 'warning' : 'error', ['exclude'], message));
  }
  return left.size === 0 ? files : files.filter((path) => !left.has(path));
}

function isSameSource(one: AssetSource, other: AssetSource): boolean {
  if (one.kind === 'url') return other.kind === 'url' && one.url === other.url;
  return other.kind === 'file' && one.path === other.path;
}

function hasGlob(written: WrittenTransfer): boolean {
  return SIDES.some((side) => !looksLikeUrl(written[side]) && isGlob(written[side]));
}

/**
 * A transfer that is written out beats the same cell of a cross product, so that one cell can have a
 * prompt or a take of its own.
 */
function withoutOverridden(expanded: readonly Expanded[]): readonly Expanded[] {
  const writtenOut = new Map(
    expanded
      .filter(({ entry }) => !hasGlob(entry.written))
      .map(({ transfer }) => [transfer.output, transfer]),
  );
  return expanded.filter(({ transfer, entry }) => {
    const other = writtenOut.get(transfer.output);
    if (other == null || !hasGlob(entry.written)) return true;
    return !SIDES.every((side) => isSameSource(transfer[side], other[side]));
  });
}

/** The assets that one side stands for, or `null` when it has a problem. */
function expandSide(
  { written, location }: TransferEntry,
  side: Side,
  files: readonly string[],
  issues: Issue[],
): readonly AssetSource[] | null {
  const text = written[side];
  const refuse = (message: string): null => {
    issues.push(location.issue('error', [side], message));
    return null;
  };
  if (looksLikeUrl(text)) {
    const problem = findUrlProblem(text);
    return problem == null ? [{ kind: 'url', url: text }] : refuse(problem);
  }
  const problem = findPathProblem(text);
  if (problem != null) return refuse(problem);
  if (!isGlob(text)) return [{ kind: 'file', path: asStored(text, files) }];
  const globProblem = findGlobProblem(text);
  if (globProblem != null) return refuse(globProblem);
  const paths = matchGlob(text, files);
  if (paths.length === 0) {
    return refuse(`no file of the repository matches ${text} (ignored files do not count)`);
  }
  for (const path of paths) {
    const pathProblem = findPathProblem(path);
    if (pathProblem != null)
      return refuse(`the matching file ${JSON.stringify(path)} ${pathProblem}`);
  }
  return paths.map((path) => ({ kind: 'file', path }));
}

/** One name, however its accents are composed: the repository's own spelling is the one that opens the file. */
function asStored(path: string, files: readonly string[]): string {
  // Most names are plain.
  if (/^[ -~]*$/.test(path)) return path;
  const composed = path.normalize('NFC');
  if (files.includes(path)) return path;
  return files.find((name) => name.normalize('NFC') === composed) ?? path;
}

function hasPlaceholders(
  { written, location }: TransferEntry,
  characters: readonly AssetSource[],
  motions: readonly AssetSource[],
  issues: Issue[],
): boolean {
  const before = issues.length;
  for (const key of ['output', 'id'] as const) {
    const text = written[key];
    if (text == null) continue;
    for (const [placeholder] of text.matchAll(/\{[^{}]*\}/g)) {
      if (placeholder === '{character}' || placeholder === '{motion}') continue;
      const message = `${placeholder} stands for nothing; {character} and {motion} do`;
      issues.push(location.issue('error', [key], message));
    }
    for (const [side, sources] of [
      ['character', characters],
      ['motion', motions],
    ] as const) {
      if (sources.length < 2 || text.includes(`{${side}}`)) continue;
      const message = `must hold {${side}}, because ${written[side]} matches ${sources.length} files`;
      issues.push(location.issue('error', [key], message));
    }
  }
  return issues.length === before;
}

function fillIn(
  entry: TransferEntry,
  character: AssetSource,
  motion: AssetSource,
  around: Surroundings,
): Transfer {
  const { written, location } = entry;
  const fill = (text: string): string =>
    text.replaceAll(/\{(character|motion)\}/g, (_, side: Side) =>
      baseName(side === 'character' ? character : motion),
    );
  const output = asStored(fill(written.output), around.files);
  const { defaults, overrides } = around;
  const provider = chooseProvider(written, around);
  const prompt = overrides.prompt ?? written.prompt ?? defaults.prompt ?? null;
  return {
    id: written.id == null ? output.replace(/\.mp4$/, '') : fill(written.id),
    character,
    motion,
    output,
    provider,
    model: overrides.model ?? written.model ?? defaults.model ?? DEFAULT_MODEL,
    parameters: {
      // An empty prompt takes the default away.
      prompt: prompt === '' ? null : prompt,
      tier: overrides.tier ?? written.tier ?? defaults.tier ?? 'standard',
      orientation: overrides.orientation ?? written.orientation ?? defaults.orientation ?? 'image',
      keepOriginalSound:
        overrides['keep-original-sound'] ??
        written['keep-original-sound'] ??
        defaults['keep-original-sound'] ??
        true,
      durationSeconds: overrides.duration ?? written.duration ?? defaults.duration ?? null,
      take: overrides.take ?? written.take ?? 1,
    },
    providerOptions: optionsFor(provider, written, defaults),
    also: inOrder(written.also ?? defaults.also ?? []),
    position: location.position,
  };
}

/** With no provider written anywhere the list is empty; a rule reports it. */
export function chooseProvider(
  written: WrittenTransfer,
  around: Pick<Surroundings, 'provider' | 'inputProvider'>,
): ProviderChoice {
  return toChoice(around.inputProvider ?? written.provider ?? around.provider ?? []);
}

export function toChoice(provider: WrittenProvider): ProviderChoice {
  if (provider === 'cheapest') return { kind: 'cheapest' };
  return { kind: 'ordered', ids: typeof provider === 'string' ? [provider] : provider };
}

export function mayUse(choice: ProviderChoice, id: string): boolean {
  return choice.kind === 'cheapest' || choice.ids.includes(id);
}

/** Options of the providers the transfer may use; its own options beat the defaults one by one. */
function optionsFor(
  choice: ProviderChoice,
  written: WrittenTransfer,
  defaults: WrittenDefaults,
): Transfer['providerOptions'] {
  const own = written['provider-options'] ?? {};
  const general = defaults['provider-options'] ?? {};
  const ids = [...new Set([...Object.keys(general), ...Object.keys(own)])];
  return Object.fromEntries(
    ids.filter((id) => mayUse(choice, id)).map((id) => [id, { ...general[id], ...own[id] }]),
  );
}
