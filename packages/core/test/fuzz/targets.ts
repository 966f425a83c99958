import { assetUrl, configText, configValues, outputPath } from './config.ts';
import { bytesBehindBrand, damagedClip, damagedFragments, damagedImage } from './media.ts';
import { commentState, journalText, ledgerEntry, lockfileText, strictJson } from './records.ts';
import type { FuzzTarget } from './target.ts';
import { logLine, longText, markdown, queries, repeatedKey } from './text.ts';

/** Every parser of what others write, and every function that makes text of others harmless. */
export const fuzzTargets: readonly FuzzTarget[] = [
  configText,
  configValues,
  outputPath,
  assetUrl,
  damagedClip,
  damagedFragments,
  bytesBehindBrand,
  damagedImage,
  logLine,
  markdown,
  queries,
  repeatedKey,
  longText,
  strictJson,
  lockfileText,
  journalText,
  ledgerEntry,
  commentState,
];
