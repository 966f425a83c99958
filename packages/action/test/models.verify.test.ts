import { test } from 'vitest';
import { buyOld } from './models/buy-old.ts';

/** More of what models.test.ts shows at one provider. */
test.concurrent.each([
  ['fal', 'fal-ai/kling-video/v2.6/standard/motion-control'],
  ['replicate', 'kwaivgi/kling-v2.6-motion-control'],
  ['kling', 'kling-v2-6'],
  ['wavespeed', 'kwaivgi/kling-v2.6-std/motion-control'],
] as const)('kling-2.6 is bought from %s as %s, and recorded as what it is', buyOld);
