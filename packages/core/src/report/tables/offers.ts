import { formatUsdRange } from '../../model/money.ts';
import type { GenerateStep, Plan } from '../../model/plan.ts';
import { costsAnew } from '../../model/plan.ts';
import { markdownText } from '../escape-markdown.ts';

interface Seller {
  lowMicroUsd: number;
  highMicroUsd: number;
  count: number;
  obstacle: string | null;
}

/** Who else would sell what is about to be bought, and for how much; nothing when there is no choice. */
export function renderOffers(plan: Plan): string[] {
  const buying = plan.steps.filter(
    (step): step is GenerateStep => step.action === 'generate' && costsAnew(step),
  );
  const sellers = new Map<string, Seller>();
  for (const { offers } of buying) {
    for (const { provider, estimate, problems } of offers) {
      const seller = sellers.get(provider) ?? {
        lowMicroUsd: 0,
        highMicroUsd: 0,
        count: 0,
        obstacle: null,
      };
      sellers.set(provider, seller);
      if (estimate == null || problems.length > 0) {
        seller.obstacle ??= problems[0] ?? 'it has no price for it';
        continue;
      }
      seller.lowMicroUsd += estimate.lowMicroUsd;
      seller.highMicroUsd += estimate.highMicroUsd;
      seller.count += 1;
    }
  }
  if (sellers.size < 2) return [];
  return [
    '',
    '<details><summary>Who else would sell it</summary>',
    '',
    '| Provider | Can sell | For | Obstacle |',
    '| --- | ---: | ---: | --- |',
    ...[...sellers].map(([provider, seller]) => {
      const price =
        seller.count === 0 ? '' : formatUsdRange(seller.lowMicroUsd, seller.highMicroUsd);
      const obstacle = seller.obstacle == null ? '' : markdownText(seller.obstacle, 200);
      return `| ${markdownText(provider)} | ${seller.count} of ${buying.length} | ${price} | ${obstacle} |`;
    }),
    '',
    '</details>',
  ];
}
