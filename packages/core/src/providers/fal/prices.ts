import * as z from 'zod';
import { microUsdFromNumber } from '../../model/money.ts';
import type { Tier } from '../../model/transfer.ts';
import type { PriceList } from '../adapter.ts';

/** docs.fal.ai/platform-apis/v1/models/pricing */
const priceAnswer = z.object({
  prices: z.array(
    z.object({
      endpoint_id: z.string(),
      unit_price: z.number(),
      unit: z.string(),
      currency: z.string(),
    }),
  ),
});

/** What fal asks of this account. A row that is not dollars a second is no price. */
export function falPrices(
  origin: string,
  endpointId: (model: string, tier: Tier) => string,
): PriceList {
  return {
    request: (model) => ({
      method: 'GET',
      url: `${origin}/v1/models/pricing?endpoint_id=${endpointId(model, 'standard')}&endpoint_id=${endpointId(model, 'pro')}`,
    }),
    read(response, model) {
      const { prices } = priceAnswer.parse(response.json);
      const rate = (tier: Tier) => {
        const row = prices.find(({ endpoint_id }) => endpoint_id === endpointId(model, tier));
        const isPlain = row?.currency === 'USD' && /^seconds?$/i.test(row.unit);
        return isPlain ? microUsdFromNumber(row.unit_price) : null;
      };
      return { standard: rate('standard'), pro: rate('pro') };
    },
  };
}
