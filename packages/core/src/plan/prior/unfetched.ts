import { canonicalJson, type Json } from '../../model/json/json.ts';
import { purchasesOf } from '../../model/lockfile/lockfile.ts';
import { type AssetNames, assetsOf } from '../../model/media/identities.ts';
import { intentTermsOf } from '../../model/purchase/purchase.ts';
import { acceptsModel, type Transfer } from '../../model/transfer.ts';
import type { AssetReport } from '../planning-input.ts';
import { jobFor, type PlanProvider } from '../sellers/sellers.ts';
import { findLeft } from './prior-purchases.ts';
import type { IndexedState } from './record-index.ts';
import { namesOf } from './same-bytes.ts';

/** What was bought for an output, in the words of its record. */
interface Bought {
  readonly fingerprint: string;
  readonly provider: string;
  readonly model: string;
  readonly assets: AssetNames;
  /** Our parameters, and the options of the provider. */
  readonly parameters: Json;
}

/**
 * What was bought for an output whose assets Git LFS did not fetch here. A pointer names the bytes, but has none of the
 * facts that a fingerprint is made from: so every term of the purchase is compared with its record instead. Equal
 * bytes have equal facts.
 */
export function findUnfetched(
  state: IndexedState,
  transfer: Transfer,
  character: AssetReport<unknown> | undefined,
  motion: AssetReport<unknown> | undefined,
) {
  if (character == null || motion == null || ![character, motion].every(isNamed)) return null;
  const names = {
    character: namesOf(state.records, character),
    motion: namesOf(state.records, motion),
  };
  for (const bought of boughtAs(state, transfer.output)) {
    const provider = sellerOf(state, transfer, bought);
    if (provider == null || !isSamePurchase(transfer, provider, bought, names)) continue;
    const { fingerprint, model } = bought;
    const modelName = provider.adapter.models[model]?.name ?? null;
    const left = findLeft(state, transfer, { fingerprint, provider, modelName });
    if (left?.kind === 'reuse') return left;
  }
  return null;
}

function isNamed({ isPointer, facts, problem }: AssetReport<unknown>): boolean {
  return isPointer || (facts != null && problem == null);
}

function boughtAs({ lockfile, records }: IndexedState, output: string): Bought[] {
  const entry = Object.hasOwn(lockfile.outputs, output) ? lockfile.outputs[output] : undefined;
  const locked = entry == null ? [] : purchasesOf(entry);
  return [
    ...locked.map(({ character, motion, ...rest }) => ({
      ...rest,
      assets: {
        character: [character.identity, ...(character.alsoKnownAs ?? [])],
        motion: [motion.identity, ...(motion.alsoKnownAs ?? [])],
      },
    })),
    ...records.purchasesFor(output).flatMap((purchase) => {
      const [assets, terms] = [assetsOf(purchase), intentTermsOf(purchase)];
      if (assets == null || terms == null) return [];
      const { fingerprint, provider } = purchase;
      return [{ fingerprint, provider, assets, ...terms }];
    }),
  ];
}

function sellerOf(
  { providers }: IndexedState,
  { provider: choice, model: modelChoice }: Transfer,
  { provider, model }: Bought,
): PlanProvider | null {
  const seller = providers.find(({ adapter }) => adapter.id === provider);
  const spec = seller?.adapter.models[model];
  if (seller == null || spec == null || !acceptsModel(modelChoice, spec.name)) return null;
  const isAllowed =
    choice.kind === 'ordered' ? choice.ids.includes(provider) : seller.adapter.runsOn === 'remote';
  return isAllowed ? seller : null;
}

function isSamePurchase(
  transfer: Transfer,
  { adapter }: PlanProvider,
  { model, assets, parameters }: Bought,
  names: AssetNames,
): boolean {
  const { options } = jobFor(adapter, model, transfer);
  // Addresses are recorded without their queries: equal ones may have been others.
  if (JSON.stringify(options).includes('://')) return false;
  return (
    assets.character.some((name) => names.character.includes(name)) &&
    assets.motion.some((name) => names.motion.includes(name)) &&
    canonicalJson(parameters) === canonicalJson({ ...transfer.parameters, options })
  );
}
