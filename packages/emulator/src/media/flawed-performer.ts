import type { Performer, PerformRequest } from '../types.ts';
import { BLACK_PICTURE } from './black-picture.ts';
import { remuxAs } from './remux-performer.ts';

/** What may be wrong with a result that is a whole video all the same. */
export type Flaw = 'shorter' | 'smaller' | 'silent' | 'black' | 'still';

/** Answers with the reference clip in new wrapping, and with the flaw that is chosen for a request, if any. */
export function flawedPerformer(choose: (request: PerformRequest) => Flaw | undefined): Performer {
  return (request) => {
    switch (choose(request)) {
      case 'shorter':
        return remuxAs({ ...request, seconds: request.seconds / 2 });
      case 'smaller':
        return remuxAs(request, { shortSide: 480 });
      case 'silent':
        return remuxAs({ ...request, keepOriginalSound: false });
      case 'black':
        return remuxAs(request, { picture: BLACK_PICTURE });
      case 'still':
        return remuxAs(request, { picture: 'first' });
      case undefined:
        return remuxAs(request);
    }
  };
}
