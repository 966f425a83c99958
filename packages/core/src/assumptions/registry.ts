import type { CheckedAssumption } from '../model/probe.ts';
import type { Adapter } from '../providers/adapter.ts';
import type { Assumption, BalanceRead, Evidence, ProviderAssumptions } from './assumption.ts';
import { COMMON } from './common.ts';
import { empiriolabs } from './empiriolabs.ts';
import { assumptionsOfFacts } from './facts.ts';
import { fal } from './fal.ts';
import { kie } from './kie.ts';
import { kling } from './kling.ts';
import { prospolabs } from './prospolabs.ts';
import { replicate } from './replicate.ts';
import { wavespeed } from './wavespeed.ts';

const tables: readonly ProviderAssumptions[] = [
  prospolabs,
  empiriolabs,
  fal,
  replicate,
  kling,
  wavespeed,
  kie,
];

/** What is assumed of the provider's answers: its own table, then what is assumed of all. */
export function writtenAssumptions(provider: string): readonly Assumption[] {
  return [...tableOf(provider).assumptions, ...COMMON];
}

/** Everything that is assumed of a provider, the figures of its adapter included. */
export function assumptionsOf(adapter: Adapter): readonly Assumption[] {
  const { covers } = tableOf(adapter.id);
  const facts = assumptionsOfFacts(adapter).filter(({ id }) => !covers.includes(id));
  return [...writtenAssumptions(adapter.id), ...facts];
}

/** How what is left in an account is read; `null` where no request is known for it. */
export function balanceOf(provider: string): BalanceRead | null {
  return tableOf(provider).balance ?? null;
}

/** Every assumption against the answers of one probe. */
export function checkAssumptions(adapter: Adapter, evidence: Evidence): CheckedAssumption[] {
  return assumptionsOf(adapter).map(({ id, sentence, source, check }) => {
    const checked = check(evidence);
    const { verdict, seen } = checked ?? { verdict: 'not-seen', seen: '' };
    return { id, sentence, source, verdict, seen };
  });
}

/** @throws TypeError for a provider without a table: nobody wrote down what is assumed of it. */
function tableOf(provider: string): ProviderAssumptions {
  const table = tables.find((one) => one.provider === provider);
  if (table == null) throw new TypeError(`no assumptions are written down for ${provider}`);
  return table;
}
