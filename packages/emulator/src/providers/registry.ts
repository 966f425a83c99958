import { empiriolabs } from './empiriolabs/empiriolabs.ts';
import { fal } from './fal/fal.ts';
import { kie } from './kie.ts';
import { kling } from './kling/kling.ts';
import { prospolabs } from './prospolabs/prospolabs.ts';
import type { EmulatedProvider } from './provider.ts';
import { replicate } from './replicate/replicate.ts';
import { wavespeed } from './wavespeed/wavespeed.ts';

/** Every emulated company, by the name of its mount. A new one is a file, and a line here. */
export const emulatedProviders = {
  prospolabs,
  empiriolabs,
  fal,
  replicate,
  kling,
  wavespeed,
  kie,
};

type Registry = typeof emulatedProviders;
export type ProviderName = keyof Registry;

export const PROVIDER_NAMES = Object.keys(emulatedProviders) as ProviderName[];

export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(emulatedProviders, name);
}

/** How each of them is to behave, by its name. */
export type ProviderOptions = {
  readonly [Name in ProviderName]?: Registry[Name] extends EmulatedProvider<infer Options>
    ? Options
    : never;
};
