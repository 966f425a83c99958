import { foldJournal } from '../../src/ledger/journal.ts';
import type { Config, ContractPrices } from '../../src/model/config.ts';
import type { Json } from '../../src/model/json/json.ts';
import { type Limits, noLimits } from '../../src/model/limits.ts';
import type { LockedOutput } from '../../src/model/lockfile/lockfile.ts';
import type { AssetSource, Identity, ImageFacts, VideoFacts } from '../../src/model/media/media.ts';
import type { WebFileKind } from '../../src/model/media/web-file.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Purchase } from '../../src/model/purchase/purchase.ts';
import type { PurchaseState } from '../../src/model/purchase/purchase-state.ts';
import {
  acceptsModel,
  type ModelChoice,
  type Transfer,
  type TransferParameters,
} from '../../src/model/transfer.ts';
import { assemblePlan } from '../../src/plan/assemble.ts';
import { type AssetReport, type PlanState, sourceKey } from '../../src/plan/planning-input.ts';
import type { PublishedPrices } from '../../src/plan/sellers/find-price.ts';
import {
  type Candidate,
  makeCandidate,
  type PlanProvider,
} from '../../src/plan/sellers/sellers.ts';
import type { StagingContext } from '../../src/plan/staging.ts';
import { empiriolabs } from '../../src/providers/empiriolabs/empiriolabs.ts';
import { prospolabs } from '../../src/providers/prospolabs.ts';
import { makeImageFacts, makeVideoFacts } from './facts.ts';
import { eventsTo, makeEvent, type PurchaseFacts } from './journal.ts';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

export const defaultParameters: TransferParameters = {
  prompt: null,
  tier: 'standard',
  orientation: 'image',
  keepOriginalSound: true,
  durationSeconds: null,
  take: 1,
};

/** What a test says about a transfer; everything else is made up soundly. */
export interface RequestedChange {
  readonly character?: string;
  readonly motion?: string;
  readonly output?: string;
  readonly provider?: 'cheapest' | readonly string[];
  readonly model?: ModelChoice;
  readonly parameters?: Partial<TransferParameters>;
  readonly providerOptions?: Readonly<Record<string, Json>>;
  readonly also?: readonly WebFileKind[];
}

/**
 * The world as a plan sees it, without a disk: two providers with keys, a public repository, committed
 * assets, no records. Each method changes one thing in it.
 */
export class StateBuilder {
  readonly transfers: Transfer[] = [];
  readonly characters = new Map<string, AssetReport<ImageFacts>>();
  readonly motions = new Map<string, AssetReport<VideoFacts>>();
  readonly outputs = new Map<string, Identity | null>();
  readonly outputHashes = new Map<string, string | null>();
  readonly outputProblems = new Map<string, string>();
  readonly locked: Record<string, LockedOutput> = {};
  readonly purchases = new Map<string, Purchase>();
  providers: PlanProvider[] = [
    { adapter: prospolabs, hasKey: true },
    { adapter: empiriolabs, hasKey: true },
  ];
  limits: Limits = noLimits;
  prices: ContractPrices = {};
  published: PublishedPrices = new Map();
  staging: StagingContext = {
    method: 'auto',
    repository: 'owner/name',
    visibility: 'public',
    commit: COMMIT,
    prefix: '',
    hasBucket: false,
  };
  refresh = false;

  addTransfer(id: string, requested: RequestedChange = {}): Transfer {
    const { provider = ['prospolabs'] } = requested;
    const transfer: Transfer = {
      id,
      character: toSource(requested.character ?? 'assets/hero.png'),
      motion: toSource(requested.motion ?? 'assets/wave.mp4'),
      output: requested.output ?? `out/${id}.mp4`,
      provider: provider === 'cheapest' ? { kind: 'cheapest' } : { kind: 'ordered', ids: provider },
      model: requested.model ?? 'kling-3.0',
      parameters: { ...defaultParameters, ...requested.parameters },
      also: requested.also ?? [],
      providerOptions: requested.providerOptions ?? {},
      position: null,
    };
    this.transfers.push(transfer);
    if (!this.characters.has(sourceKey(transfer.character))) this.setCharacter(transfer.character);
    if (!this.motions.has(sourceKey(transfer.motion))) this.setMotion(transfer.motion);
    return transfer;
  }

  setCharacter(source: AssetSource, changes: Partial<AssetReport<ImageFacts>> = {}): void {
    this.characters.set(sourceKey(source), {
      ...reportOf(source),
      facts: makeImageFacts(),
      ...changes,
    });
  }

  setMotion(source: AssetSource, changes: Partial<AssetReport<VideoFacts>> = {}): void {
    this.motions.set(sourceKey(source), {
      ...reportOf(source),
      facts: makeVideoFacts(),
      ...changes,
    });
  }

  /** Fingerprint of the transfer as the world is now, as the first model that it may be. */
  fingerprintOf(transfer: Transfer, providerId = 'prospolabs'): string {
    return this.candidateOf(transfer, providerId).fingerprint;
  }

  private candidateOf(transfer: Transfer, providerId: string): Candidate {
    const provider = this.providers.find(({ adapter }) => adapter.id === providerId);
    const character = this.characters.get(sourceKey(transfer.character));
    const motion = this.motions.get(sourceKey(transfer.motion));
    if (provider == null || character?.facts == null || motion?.facts == null) {
      throw new Error(`${transfer.id} has no fingerprint`);
    }
    const identities = { character: character.identity ?? '', motion: motion.identity ?? '' };
    const facts = { character: character.facts, motion: motion.facts };
    const [model = ''] =
      Object.entries(provider.adapter.models).find(([, { name }]) =>
        acceptsModel(transfer.model, name),
      ) ?? [];
    return makeCandidate(provider, model, transfer, identities, facts);
  }

  /** The transfer was bought as the world is now: lockfile and output say so. */
  lock(
    transfer: Transfer,
    changes: Partial<LockedOutput> = {},
    path: string = transfer.output,
  ): LockedOutput {
    const provider = changes.provider ?? 'prospolabs';
    const character = this.characters.get(sourceKey(transfer.character));
    const motion = this.motions.get(sourceKey(transfer.motion));
    const { fingerprint, model } = this.candidateOf(transfer, provider);
    const locked: LockedOutput = {
      fingerprint,
      provider,
      model,
      adapterRevision: 1,
      character: { source: transfer.character, identity: character?.identity ?? '' },
      motion: { source: transfer.motion, identity: motion?.identity ?? '' },
      take: transfer.parameters.take,
      parameters: {},
      identity: `git:bytes-of-${path}`,
      sha256: 'c'.repeat(64),
      bytes: 151_756,
      videoSeconds: 4,
      draft: false,
      copyOf: null,
      operation: {},
      holdMicroUsd: 304_000,
      charge: { microUsd: 304_000, source: 'estimated' },
      generatedAt: '2026-10-12T08:30:00.000Z',
      ...changes,
    };
    this.locked[path] = locked;
    this.outputs.set(path, locked.identity);
    return locked;
  }

  /** The journal saw the transfer get as far as `state`. */
  record(transfer: Transfer, state: PurchaseState, changes: Partial<PurchaseFacts> = {}): void {
    const provider = changes.provider ?? 'prospolabs';
    const fingerprint = this.fingerprintOf(transfer, provider);
    const purchase = {
      fingerprint,
      transferId: transfer.id,
      output: transfer.output,
      provider,
      ...changes,
    };
    const entry = foldJournal(eventsTo(state, purchase)).get(fingerprint);
    if (entry != null) this.purchases.set(fingerprint, entry);
  }

  /** The transfer failed so often, each time without being billed. */
  recordRefunds(transfer: Transfer, times: number): void {
    const purchase = { fingerprint: this.fingerprintOf(transfer), output: transfer.output };
    const once = ['reserve', 'submit', 'fail-refunded'] as const;
    const events = Array.from({ length: times }, (_, index) =>
      once.map((type) => makeEvent(type, { ...purchase, round: index + 1 })),
    ).flat();
    for (const [key, entry] of foldJournal(events)) this.purchases.set(key, entry);
  }

  state(): PlanState {
    const config: Config = {
      file: '.github/motion-transfer.yml',
      limits: this.limits,
      staging: this.staging.method,
      s3: null,
      ledger: null,
      overrideLabel: 'approved',
      prices: this.prices,
      transfers: this.transfers,
    };
    return {
      commit: this.staging.commit,
      config,
      characters: this.characters,
      motions: this.motions,
      outputs: this.outputs,
      outputHashes: this.outputHashes,
      outputProblems: this.outputProblems,
      lockfile: { outputs: this.locked },
      purchases: this.purchases,
      checkout: 'checkout-of-the-tests',
      providers: this.providers,
      published: this.published,
      staging: this.staging,
      refresh: this.refresh,
      pullRequest: null,
    };
  }

  plan(): Plan {
    return assemblePlan(this.state()).plan;
  }

  /** The only step of the plan, or the one with this id. */
  step(id?: string): Step {
    const { steps } = this.plan();
    const found = id == null ? steps[0] : steps.find((step) => step.id === id);
    if (found == null || (id == null && steps.length > 1)) throw new Error('which step?');
    return found;
  }
}

export function buildState(): StateBuilder {
  return new StateBuilder();
}

function toSource(text: string): AssetSource {
  return text.startsWith('https://') ? { kind: 'url', url: text } : { kind: 'file', path: text };
}

function reportOf(source: AssetSource) {
  return {
    source,
    identity: source.kind === 'file' ? `git:${sourceKey(source)}` : `sha256:${sourceKey(source)}`,
    otherIdentities: null,
    isPointer: false,
    problem: null,
    committedAs: source.kind === 'file' ? ('blob' as const) : ('not-committed' as const),
  };
}
