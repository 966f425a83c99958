import { expect, test } from 'vitest';
import { createClaims } from '../../../src/purchase/adopt/claims.ts';

const claims = () =>
  createClaims([
    { id: 'a', fingerprint: 'a plain', alsoKnownAs: ['a in lfs'] },
    { id: 'b', fingerprint: 'b plain' },
  ]);

test('what a transfer buys is its own under every fingerprint', () => {
  const all = claims();
  for (const fingerprint of ['a plain', 'a in lfs']) {
    expect(all.claim('b', ['b at another provider', fingerprint])).toBe(false);
    expect(all.claim('a', [fingerprint])).toBe(true);
  }
  expect(all.claim('c', ['b at another provider'])).toBe(true);
});

test('what a transfer let go may be bought for another one', () => {
  const all = claims();
  expect(all.claim('a', ['c plain', 'c in lfs'])).toBe(true);
  all.release('b', ['c plain', 'c in lfs']);
  expect(all.claim('b', ['c in lfs'])).toBe(false);
  all.release('a', ['c plain', 'c in lfs']);
  expect(all.claim('b', ['c in lfs'])).toBe(true);
});
