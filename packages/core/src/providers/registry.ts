import type { Adapter, Provider } from './adapter.ts';
import { draft } from './draft.ts';
import { empiriolabs } from './empiriolabs/empiriolabs.ts';
import { fal } from './fal/fal.ts';
import { kie } from './kie.ts';
import { kling } from './kling/kling.ts';
import { prospolabs } from './prospolabs.ts';
import { replicate } from './replicate/replicate.ts';
import { wavespeed } from './wavespeed.ts';

/** Every company, in the order they are shown. Literal on purpose: no discovery, no plugins. */
export const adapters: readonly Adapter[] = [
  prospolabs,
  empiriolabs,
  fal,
  replicate,
  kling,
  wavespeed,
  kie,
];

/** Whoever can make a transfer: the companies, and the draft engine on this machine. */
export const providers: readonly Provider[] = [...adapters, draft];

/** The draft engine as planning sees it: it needs no key. */
export const localProviders = [{ adapter: draft, hasKey: true }] as const;
