import { messageOf } from '../model/errors.ts';
import type { Purchase } from '../model/purchase/purchase.ts';
import type { OpenRun } from '../purchase/context.ts';

export type HolderState = 'running' | 'over' | 'unknown';

/** Whether the run that holds a purchase is over: known here, or asked of GitHub, never guessed. */
export function createLiveness(context: OpenRun) {
  const stateOf = createHolderStates(context);
  return async (purchase: Purchase): Promise<boolean> => (await stateOf(purchase)) === 'over';
}

/** What is known of the run that holds a purchase. */
export function createHolderStates({ store, identity, ports }: OpenRun) {
  const answers = new Map<string, Promise<HolderState>>();
  return async ({ holder }: Purchase): Promise<HolderState> => {
    // With the lock of this state directory held, no earlier process of it lives.
    if (holder.checkout === store.checkout) return 'over';
    if (holder.runId === identity.runId && holder.attempt < identity.attempt) return 'over';
    if (ports.github == null) return 'unknown';
    const name = `${holder.runId}/${holder.attempt}`;
    const known = answers.get(name);
    if (known != null) return known;
    const answer = ports.github
      .attemptState(holder.runId, holder.attempt)
      .catch((error: unknown): HolderState => {
        ports.log.warning(
          `whether run ${name} is over could not be asked (${messageOf(error)}); what it holds stays held`,
        );
        return 'unknown';
      });
    answers.set(name, answer);
    return answer;
  };
}
