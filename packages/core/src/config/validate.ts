import type { Issue } from '../model/issue.ts';
import { LIMITS } from '../model/limits.ts';
import type { ParsedDocument } from './parse.ts';
import {
  configSchema,
  type PassedSettings,
  passedSettingsSchema,
  settingsSchema,
  transferSchema,
  type WrittenTransfer,
} from './schema/config-schema.ts';
import { describeProblems, type SchemaProblem } from './schema/describe-problem.ts';
import { locationInFile, type Path, type SourceLocation } from './source-location.ts';

/** A transfer as written, before globs and defaults, and where it was written. */
export interface TransferEntry {
  readonly written: WrittenTransfer;
  readonly location: SourceLocation;
}

/** The parts of a config file that passed its schema. */
export interface WrittenConfig {
  readonly settings: PassedSettings;
  readonly transfers: readonly TransferEntry[];
  /** Top-level keys that are in the file but did not pass. */
  readonly failed: ReadonlySet<string>;
}

/**
 * Validates each part of the document on its own: a mistake in one transfer does not hide the problems
 * of the next, nor those that only the later passes can see.
 */
export function validateSections(document: ParsedDocument): {
  readonly config: WrittenConfig;
  readonly issues: readonly Issue[];
} {
  const issues: Issue[] = [];
  const failed = new Set<string>();
  const root = locationInFile(document, []);
  const nothing: WrittenConfig = { settings: {}, transfers: [], failed };
  if (!isGroup(document.value)) {
    const message = 'the file must be a group of keys such as `version: 1`';
    return { config: nothing, issues: [root.issue('error', [], message)] };
  }

  const report = (base: Path, problems: readonly SchemaProblem[]): void => {
    for (const { path, message, at } of problems) {
      issues.push(root.issue('error', [...base, ...path], message, at));
    }
  };

  const { transfers: list, ...written } = document.value;
  const group = withMoneyAsText(document, written);
  const parsed = settingsSchema.safeParse(group);
  if (!parsed.success) {
    const problems = describeProblems(parsed.error, group, configSchema);
    report([], problems);
    for (const { path, meant } of problems) {
      failed.add(String(path[0]));
      // What was misspelt is written: nothing follows from its absence.
      if (meant != null && path.length === 1) failed.add(meant);
    }
  }
  const passed = Object.entries(group).filter(([key]) => !failed.has(key));
  const settings = passedSettingsSchema.parse(Object.fromEntries(passed));

  const transfers: TransferEntry[] = [];
  if (Array.isArray(list) && list.length > 0) {
    for (const [index, value] of list.entries()) {
      const transfer = transferSchema.safeParse(value);
      const path = ['transfers', index];
      if (transfer.success) {
        transfers.push({ written: transfer.data, location: locationInFile(document, path) });
      } else {
        failed.add('transfers');
        report(path, describeProblems(transfer.error, value, transferSchema));
      }
    }
  } else if (list !== undefined) {
    failed.add('transfers');
    const message = 'must be a list with at least one transfer';
    issues.push(root.issue('error', ['transfers'], message));
  }
  return { config: { settings, transfers, failed }, issues };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value != null && !Array.isArray(value);
}

/** YAML turns `5` into a number; the strict grammar of money wants what stood in the file. */
function withMoneyAsText(
  document: ParsedDocument,
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const priced = Object.hasOwn(settings, 'prices')
    ? { ...settings, prices: withMoneyBelow(document, ['prices'], settings.prices) }
    : settings;
  const { budget } = settings;
  if (!isGroup(budget)) return priced;
  const texts = LIMITS.filter(({ name }) => Object.hasOwn(budget, name)).map(({ name }) => [
    name,
    document.sourceOf(['budget', name]) ?? budget[name],
  ]);
  return { ...priced, budget: { ...budget, ...Object.fromEntries(texts) } };
}

/** The same for every figure below a key, however deep it stands. */
function withMoneyBelow(document: ParsedDocument, path: Path, value: unknown): unknown {
  if (!isGroup(value)) return document.sourceOf(path) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      withMoneyBelow(document, [...path, key], member),
    ]),
  );
}
