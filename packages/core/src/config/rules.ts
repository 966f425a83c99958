import {
  findInvisible,
  findOutputProblem,
  findPathProblem,
  foldPath,
} from '../media/path-rules.ts';
import type { Issue } from '../model/issue.ts';
import { listWords } from '../model/list-words.ts';
import type { AssetSource } from '../model/media/media.ts';
import { webFilePath } from '../model/media/web-file.ts';
import { bareUrl } from '../model/secrets/redact.ts';
import { acceptsModel, type ModelChoice } from '../model/transfer.ts';
import { checkPrices } from './contract-prices.ts';
import type { WrittenInputs } from './inputs.ts';
import { chooseProvider, type Expanded, mayUse } from './normalize.ts';
import type { ConfigProvider, PassedSettings, WrittenProvider } from './schema/config-schema.ts';
import { describeProblems } from './schema/describe-problem.ts';
import { suggest } from './schema/did-you-mean.ts';
import { inputsLocation, type SourceLocation } from './source-location.ts';
import type { TransferEntry } from './validate.ts';

/** Everything the rules look at. What failed an earlier pass is not in it. */
export interface Written {
  /** SourceLocation of the file's top, or of the inputs when there is no file. */
  readonly root: SourceLocation;
  readonly settings: PassedSettings;
  readonly failed: ReadonlySet<string>;
  readonly inputs: WrittenInputs;
  readonly entries: readonly TransferEntry[];
  readonly expanded: readonly Expanded[];
  readonly providers: readonly ConfigProvider[];
}

type Rule = (written: Written) => Issue[];

const RULES: readonly Rule[] = [
  findUnknownProviders,
  findMissingProvider,
  findMissingModels,
  findBadProviderOptions,
  findBadPrices,
  findBadOutputs,
  findBadIds,
  findClashingOutputs,
  findOutputsOverInputs,
  findClashingWebFiles,
  findRepeatedIds,
];

/** Problems that no single key shows. */
export function checkRules(written: Written): Issue[] {
  return RULES.flatMap((rule) => rule(written));
}

function findUnknownProviders({ root, settings, inputs, entries, providers }: Written): Issue[] {
  const known = providers.map(({ id }) => id);
  const check = (location: SourceLocation, choice: WrittenProvider | undefined): Issue[] => {
    if (choice == null || choice === 'cheapest') return [];
    const ids = typeof choice === 'string' ? [choice] : choice;
    return ids.flatMap((id, index) => {
      const path = typeof choice === 'string' ? ['provider'] : ['provider', index];
      if (id === 'cheapest') {
        return [location.issue('error', path, '`cheapest` must stand alone, not in a list')];
      }
      if (id === 'draft' && ids.length > 1) {
        const message = '`draft` must stand alone: a draft never stands in for a bought video';
        return [location.issue('error', path, message)];
      }
      if (ids.indexOf(id) !== index)
        return [location.issue('error', path, `${id} is listed twice`)];
      return known.includes(id)
        ? []
        : [location.issue('error', path, describeUnknownProvider(id, known))];
    });
  };
  return [
    ...check(inputsLocation, inputs.provider),
    ...check(root, settings.provider),
    ...entries.flatMap(({ written, location }) => check(location, written.provider)),
  ];
}

function describeUnknownProvider(id: string, known: readonly string[]): string {
  const names = [...known, 'cheapest'];
  return `${JSON.stringify(id)} is not a provider${suggest(names, id)}; known are ${names.join(', ')}`;
}

function findMissingProvider(written: Written): Issue[] {
  const { root, settings, inputs, entries, providers, failed } = written;
  if (inputs.provider != null || settings.provider != null || failed.has('provider')) return [];
  if (entries.every((entry) => entry.written.provider != null)) return [];
  const known = [...providers.map(({ id }) => id), 'cheapest'].join(', ');
  return [root.issue('error', ['provider'], `no provider is chosen; write one of ${known}`)];
}

/** Every provider that a transfer names must sell its model; `cheapest` looks among those that do. */
function findMissingModels(written: Written): Issue[] {
  const { root, settings, inputs, entries, expanded, providers } = written;
  return entries.flatMap((entry) => {
    const transfer = expanded.find((each) => each.entry === entry)?.transfer;
    if (transfer == null || transfer.model === 'any' || transfer.provider.kind === 'cheapest')
      return [];
    const { model, provider } = transfer;
    const lacking = provider.ids.filter((id) =>
      providers.some((seller) => seller.id === id && !sellsModel(seller, model)),
    );
    if (lacking.length === 0) return [];
    const sellers = providers
      .filter((seller) => seller.id !== 'draft' && sellsModel(seller, model))
      .map(({ id }) => id);
    const message = `${model} is not sold by ${listWords(lacking, 'and')}; it is by ${listWords(sellers, 'and')}: name one of them as the provider, or another model`;
    if (inputs.overrides.model != null) return [inputsLocation.issue('error', ['model'], message)];
    if (entry.written.model == null && settings.defaults?.model != null)
      return [root.issue('error', ['defaults', 'model'], message)];
    const key = entry.written.model == null ? 'provider' : 'model';
    return [entry.location.issue('error', [key], message)];
  });
}

function sellsModel({ models }: ConfigProvider, model: ModelChoice): boolean {
  return models == null || Object.values(models).some(({ name }) => acceptsModel(model, name));
}

function findBadPrices({ root, settings, providers }: Written): Issue[] {
  return checkPrices(root, settings.prices, providers);
}

/** Defaults may hold options of any provider; a transfer's own must be for one that it may use. */
function findBadProviderOptions(written: Written): Issue[] {
  const { root, settings, entries, inputs, providers } = written;
  const general = settings.defaults?.['provider-options'] ?? {};
  const issues = checkOptions(root, ['defaults', 'provider-options'], general, providers);
  for (const entry of entries) {
    const own = entry.written['provider-options'];
    if (own == null) continue;
    issues.push(...checkOptions(entry.location, ['provider-options'], own, providers));
    const asWritten = chooseProvider(entry.written, {
      provider: settings.provider,
      inputProvider: undefined,
    });
    const final = chooseProvider(entry.written, {
      provider: settings.provider,
      inputProvider: inputs.provider,
    });
    for (const id of Object.keys(own)) {
      const isKnown = providers.some((provider) => provider.id === id);
      if (!isKnown || mayUse(asWritten, id) || mayUse(final, id)) continue;
      const message = 'this transfer cannot be made by that provider: remove the options';
      issues.push(entry.location.issue('error', ['provider-options', id], message, 'key'));
    }
  }
  return issues;
}

function checkOptions(
  location: SourceLocation,
  base: readonly string[],
  options: Readonly<Record<string, unknown>>,
  providers: readonly ConfigProvider[],
): Issue[] {
  const known = providers.map(({ id }) => id);
  return Object.entries(options).flatMap(([id, value]) => {
    const provider = providers.find((candidate) => candidate.id === id);
    if (provider == null) {
      return [location.issue('error', [...base, id], describeUnknownProvider(id, known), 'key')];
    }
    const parsed = provider.options.safeParse(value);
    if (parsed.success) return [];
    return describeProblems(parsed.error, value, provider.options).map(({ path, message, at }) =>
      location.issue('error', [...base, id, ...path], message, at),
    );
  });
}

function findBadOutputs({ expanded }: Written): Issue[] {
  return expanded.flatMap(({ transfer, entry }) => {
    const problem = findOutputProblem(transfer.output);
    if (problem == null) return [];
    const subject = transfer.output === entry.written.output ? '' : `${transfer.output} `;
    return [entry.location.issue('error', ['output'], `${subject}${problem}`)];
  });
}

/** `only` separates ids by commas and new lines. */
function findBadIds({ expanded }: Written): Issue[] {
  return expanded.flatMap(({ transfer, entry }) => {
    const { id } = transfer;
    if (entry.written.id == null) return [];
    const isPlain = [...id].every(isVisible) && !id.includes(',') && !id.includes('##[');
    if (isPlain && id.trim() === id && id.length <= 200) return [];
    const message =
      'must be at most 200 visible characters, without commas, new lines, outer spaces and ##[';
    return [entry.location.issue('error', ['id'], message)];
  });
}

function isVisible(character: string): boolean {
  return character >= ' ' && character !== '\x7f' && findInvisible(character) == null;
}

function findClashingOutputs({ expanded }: Written): Issue[] {
  const owners = new Map<string, Expanded>();
  const issues: Issue[] = [];
  for (const one of expanded) {
    const { transfer, entry } = one;
    const folded = foldPath(transfer.output);
    const other = owners.get(folded);
    if (other == null) {
      owners.set(folded, one);
      continue;
    }
    const same = other.transfer.output === transfer.output;
    const message = same
      ? `${transfer.output} would be written twice: from ${describePair(other)} and from ${describePair(one)}`
      : `${transfer.output} and ${other.transfer.output} differ only in case: some systems cannot keep both`;
    issues.push(entry.location.issue('error', ['output'], message));
  }
  for (const { transfer, entry } of expanded) {
    const parents = foldPath(transfer.output).split('/').slice(0, -1);
    const blocked = parents.findIndex((_, index) =>
      owners.has(parents.slice(0, index + 1).join('/')),
    );
    if (blocked === -1) continue;
    const parent = transfer.output
      .split('/')
      .slice(0, blocked + 1)
      .join('/');
    const message = `${transfer.output} needs a directory ${parent}, which is the output of another transfer`;
    issues.push(entry.location.issue('error', ['output'], message));
  }
  return issues;
}

function findOutputsOverInputs({ expanded }: Written): Issue[] {
  const uses = new Map<string, string>();
  for (const { transfer } of expanded) {
    for (const side of ['character', 'motion'] as const) {
      const source = transfer[side];
      if (source.kind === 'file') uses.set(foldPath(source.path), side);
    }
  }
  return expanded.flatMap(({ transfer, entry }) => {
    const side = uses.get(foldPath(transfer.output));
    if (side == null) return [];
    const message = `${transfer.output} is also a ${side} of this plan and would be overwritten`;
    return [entry.location.issue('error', ['output'], message)];
  });
}

/** What is made beside a video must not take the place of an asset, nor of a directory that an output needs. */
function findClashingWebFiles({ root, settings, expanded }: Written): Issue[] {
  const taken = new Map<string, string>();
  for (const { transfer } of expanded) {
    const parents = foldPath(transfer.output).split('/').slice(0, -1);
    for (const index of parents.keys())
      taken.set(parents.slice(0, index + 1).join('/'), `the directory of ${transfer.output}`);
    for (const side of ['character', 'motion'] as const) {
      const source = transfer[side];
      if (source.kind === 'file') taken.set(foldPath(source.path), `a ${side} of this plan`);
    }
  }
  return expanded.flatMap(({ transfer, entry }) =>
    transfer.also.flatMap((kind) => {
      const path = webFilePath(transfer.output, kind);
      const owner = taken.get(foldPath(path));
      const problem =
        owner != null
          ? `is also ${owner}: choose another output, or leave ${kind} out`
          : findPathProblem(path);
      if (problem == null) return [];
      const message = `${path} ${problem}`;
      const isOwn = entry.written.also != null || settings.defaults?.also == null;
      return isOwn
        ? [entry.location.issue('error', ['also'], message)]
        : [root.issue('error', ['defaults', 'also'], message)];
    }),
  );
}

function findRepeatedIds({ expanded }: Written): Issue[] {
  const outputs = new Map<string, string>();
  return expanded.flatMap(({ transfer, entry }) => {
    const other = outputs.get(transfer.id);
    outputs.set(transfer.id, other ?? transfer.output);
    // Two equal outputs have equal ids by themselves and are reported as outputs.
    if (other == null || foldPath(other) === foldPath(transfer.output)) return [];
    const message = `${JSON.stringify(transfer.id)} is also the id of the transfer to ${other}`;
    return [entry.location.issue('error', [entry.written.id == null ? 'output' : 'id'], message)];
  });
}

function describePair({ transfer }: Expanded): string {
  return `${describeAsset(transfer.character)} + ${describeAsset(transfer.motion)}`;
}

/** Queries of URLs often carry signatures, so they stay out of messages. */
function describeAsset(source: AssetSource): string {
  return source.kind === 'file' ? source.path : bareUrl(source.url);
}
