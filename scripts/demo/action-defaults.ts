import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface ActionManifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
}

/** Every input of action.yml with its default, as the runner passes them. */
export function readInputDefaults(path: string): Record<string, string> {
  const manifest: ActionManifest = parse(readFileSync(path, 'utf8'));
  return Object.fromEntries(
    Object.entries(manifest.inputs).map(([name, input]) => [name, input.default ?? '']),
  );
}
