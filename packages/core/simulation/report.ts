import type { Campaign } from './campaign.ts';

/** The figures of a campaign, and how to repeat what went wrong. */
export function describeCampaign({ histories, counts, broken }: Campaign, from: number): string {
  const figures = [
    `${histories} histories from seed ${from}`,
    `${counts.runs} runs`,
    `${counts.events} events`,
    `${counts.faults} faults`,
    `${counts.kills} kills`,
    `${counts.pauses} pauses`,
    `${counts.stops} cancels`,
    `${counts.jobs} paid jobs`,
    `${counts.unknown} ended unknown`,
    `${broken.length} broken`,
  ].join(', ');
  const rows = broken.map(({ seed, violations }) => {
    const first = violations[0];
    return `npm run simulate -- --seed ${seed} --trace   # ${first?.invariant}: ${first?.message}`;
  });
  return [figures, ...rows].join('\n');
}
