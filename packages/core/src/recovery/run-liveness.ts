import { messageOf } from '../model/errors.ts';
import type { Purchase } from '../model/purchase.ts';
import type { OpenRun } from '../purchase/context.ts';

/** Whether the run that holds a purchase is over: known here, or asked of GitHub, never guessed. */
export function createLiveness({ store, identity, ports }: OpenRun) {
  const answers = new Map<string, Promise<boolean>>();
  return ({ holder }: Purchase): Promise<boolean> => {
    // With the lock of this state directory held, no earlier process of it lives.
    if (holder.checkout === store.checkout) return Promise.resolve(true);
    if (holder.runId === identity.runId && holder.attempt < identity.attempt)
      return Promise.resolve(true);
    if (ports.github == null) return Promise.resolve(false);
    const name = `${holder.runId}/${holder.attempt}`;
    const known = answers.get(name);
    if (known != null) return known;
    const answer = ports.github.attemptState(holder.runId, holder.attempt).then(
      (state) => state === 'over',
      (error: unknown) => {
        ports.log.warning(
          `whether run ${name} is over could not be asked (${messageOf(error)}); what it holds stays held`,
        );
        return false;
      },
    );
    answers.set(name, answer);
    return answer;
  };
}
