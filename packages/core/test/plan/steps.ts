import type { Step } from '../../src/model/plan.ts';
import type { Transfer } from '../../src/model/transfer.ts';
import { buildState, type StateBuilder } from '../support/state-builder.ts';

/** Why a step is what it is. */
export const codes = (step: Step) => step.reasons.map(({ code }) => code);
/** The same in words. */
export const said = (step: Step) => step.reasons.map(({ message }) => message).join('; ');

/** A world with one transfer, `hero`, that was bought as it is. */
export function bought(): { state: StateBuilder; hero: Transfer } {
  const state = buildState();
  const hero = state.addTransfer('hero');
  state.lock(hero);
  return { state, hero };
}

/** The same transfer asked for otherwise, in a world that bought the first. */
export function requestedAnew(requested: Parameters<StateBuilder['addTransfer']>[1]): StateBuilder {
  const { state } = bought();
  state.transfers.length = 0;
  state.addTransfer('hero', requested);
  return state;
}
