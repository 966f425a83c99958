import { formatUsdRange } from '../../model/money.ts';
import { ownSteps } from '../../model/owed-by-base.ts';
import { costsAnew, type GenerateStep, type Offer, type Plan } from '../../model/plan.ts';
import { DEFAULT_MODEL, MODEL_NAMES, type ModelName } from '../../model/transfer.ts';
import { markdownText } from '../escape-markdown.ts';
import { describeSeller } from '../rows.ts';

type Estimated = NonNullable<Offer['estimate']>;

interface Seller {
  /** Its prices, and those of the plan, for the same transfers: sums of different ones cannot be compared. */
  readonly offered: Estimated[];
  readonly planned: Estimated[];
  obstacle: string | null;
}

/** Who else would sell what is about to be bought, and for how much; nothing when there is no choice. */
export function renderOffers(plan: Plan): string[] {
  const buying = stepsToBuy(plan);
  const sellers = new Map<string, Seller>();
  for (const step of buying) {
    for (const offer of step.offers) {
      const seller: Seller = sellers.get(describeSeller(offer)) ?? {
        offered: [],
        planned: [],
        obstacle: null,
      };
      sellers.set(describeSeller(offer), seller);
      const { estimate, problems } = offer;
      if (estimate == null || problems.length > 0) {
        seller.obstacle ??= problems[0] ?? 'it has no price for it';
        continue;
      }
      seller.offered.push(estimate);
      seller.planned.push(step.estimate);
    }
  }
  const others = describeOtherModels(plan);
  if (sellers.size < 2 && others.length === 0) return [];
  const cheapest = cheapestTotal([...sellers.values()], buying.length);
  return [
    '',
    '<details><summary>Who else would sell it</summary>',
    '',
    '| Provider | Can sell | For these | This plan, for the same | Obstacle |',
    '| --- | ---: | ---: | ---: | --- |',
    ...[...sellers].map(([name, seller]) => {
      const { offered, planned } = seller;
      const [price, instead] = offered.length === 0 ? ['', ''] : [sumOf(offered), sumOf(planned)];
      const obstacle = seller.obstacle == null ? '' : markdownText(seller.obstacle, 200);
      const mark =
        offered.length === buying.length && highOf(offered) === cheapest ? ' **(cheapest)**' : '';
      return `| ${markdownText(name)}${mark} | ${offered.length} of ${buying.length} | ${price} | ${instead} | ${obstacle} |`;
    }),
    ...others.flatMap((sentence) => ['', markdownText(sentence, 300)]),
    '',
    '</details>',
  ];
}

/** What another model than the one that is asked for would cost, a sentence for each model; never a choice. */
export function describeOtherModels(plan: Plan): string[] {
  const buying = stepsToBuy(plan).filter(({ provider }) => provider !== 'draft');
  return MODEL_NAMES.flatMap((model) => {
    const offered = buying.flatMap((step) => {
      const cheapest = cheapestOf(step, model);
      return cheapest == null ? [] : [{ step, ...cheapest }];
    });
    if (offered.length === 0) return [];
    const price = sumOf(offered.map(({ estimate }) => estimate));
    const asked = sumOf(offered.map(({ step }) => step.estimate));
    const sellers = [...new Set(offered.map(({ provider }) => provider))].join(', ');
    const count = offered.length === 1 ? '1 transfer' : `${offered.length} transfers`;
    return [
      `${model} would cost ${price} instead of ${asked} (${count}, from ${sellers}); it is bought only where the config asks for it`,
    ];
  });
}

function cheapestOf({ otherModels }: GenerateStep, model: ModelName) {
  return otherModels
    .filter(
      ({ modelName = DEFAULT_MODEL, problems }) => modelName === model && problems.length === 0,
    )
    .flatMap(({ provider, estimate }) => (estimate == null ? [] : [{ provider, estimate }]))
    .toSorted((a, b) => a.estimate.highMicroUsd - b.estimate.highMicroUsd)[0];
}

/** Of those who would sell all of it; `null` where nobody would, or only one. */
function cheapestTotal(sellers: readonly Seller[], count: number): number | null {
  const totals = sellers
    .filter(({ offered }) => offered.length === count)
    .map(({ offered }) => highOf(offered));
  return totals.length < 2 ? null : Math.min(...totals);
}

function highOf(estimates: readonly Estimated[]): number {
  return estimates.reduce((sum, { highMicroUsd }) => sum + highMicroUsd, 0);
}

function sumOf(estimates: readonly Estimated[]): string {
  return formatUsdRange(
    estimates.reduce((sum, { lowMicroUsd }) => sum + lowMicroUsd, 0),
    highOf(estimates),
  );
}

/** What the base branch owes was shown to those who let it in. */
function stepsToBuy(plan: Plan): GenerateStep[] {
  return ownSteps(plan).filter(
    (step): step is GenerateStep => step.action === 'generate' && costsAnew(step),
  );
}
