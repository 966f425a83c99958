import { test } from 'vitest';
import { bytesBehindBrand, damagedClip, damagedFragments } from '../../fuzz/media.ts';
import { assertTarget } from '../../fuzz/target.ts';
import { sweepSize } from '../../support/sweep.ts';

test('damaged copies of a real clip are read or refused', () =>
  assertTarget(damagedClip, sweepSize(2_500)));

test('damaged copies of a fragmented clip are read or refused', () =>
  assertTarget(damagedFragments, sweepSize(1_500)));

test('random bytes behind a brand are refused', () =>
  assertTarget(bytesBehindBrand, sweepSize(1_500)));
