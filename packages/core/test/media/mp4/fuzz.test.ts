import { test } from 'vitest';
import { bytesBehindBrand, damagedClip, damagedFragments } from '../../fuzz/media.ts';
import { assertTarget } from '../../fuzz/target.ts';

test('5,000 damaged copies of a real clip are read or refused', () =>
  assertTarget(damagedClip, 5_000));

test('2,000 damaged copies of a fragmented clip are read or refused', () =>
  assertTarget(damagedFragments, 2_000));

test('random bytes behind a brand are refused', () => assertTarget(bytesBehindBrand, 500));
