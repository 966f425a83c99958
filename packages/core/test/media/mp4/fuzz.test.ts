import { test } from 'vitest';
import { bytesBehindBrand, damagedClip, damagedFragments } from '../../fuzz/media.ts';
import { assertTarget } from '../../fuzz/target.ts';

test('1,000 damaged copies of a real clip are read or refused', () =>
  assertTarget(damagedClip, 1_000));

test('500 damaged copies of a fragmented clip are read or refused', () =>
  assertTarget(damagedFragments, 500));

test('random bytes behind a brand are refused', () => assertTarget(bytesBehindBrand, 500));
