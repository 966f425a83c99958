import { expect, test } from 'vitest';
import { chargeOfFailure } from '../../src/purchase/charge.ts';

const failure = { kind: 'provider', message: 'no luck' } as const;
const reported = { microUsd: 630_000, source: 'provider-reported' } as const;

test.each([
  [{ ...failure, billed: 'yes', reported } as const, reported],
  [
    { ...failure, billed: 'yes', reported: null } as const,
    { microUsd: 700_000, source: 'estimated' },
  ],
  [{ ...failure, billed: 'yes' } as const, { microUsd: 700_000, source: 'estimated' }],
  [{ ...failure, billed: 'unknown', reported } as const, { microUsd: null, source: 'unknown' }],
  [
    { ...failure, billed: 'yes', reported: { ...reported, microUsd: 700_000_001_000 } } as const,
    { microUsd: null, source: 'unknown' },
  ],
])('the failure %j of a job that held $0.70 cost %j', (ended, charge) => {
  expect(chargeOfFailure(ended, 700_000)).toEqual(charge);
});
