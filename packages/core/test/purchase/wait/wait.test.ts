import { describe, expect, test } from 'vitest';
import {
  isResult,
  sweepAnswers,
  waitAfter,
  waitFor,
  waitForResultAfter,
  waits,
  withResults,
} from './waiting.ts';

/** Every kind of them; `wait.verify.test.ts` has all from 200 to 599. */
const STATUSES = [
  200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 402, 403, 404, 405, 408, 409, 410, 422, 425,
  429, 451, 499, 500, 501, 502, 503, 504, 520, 524, 599,
];

describe.each(waits.map((wait) => [wait.fixtures, wait] as const))(
  'waiting for a job of %s',
  (_id, wait) => {
    test('goes on after every status with every body that says nothing of the job', async () => {
      await sweepAnswers(STATUSES, 'done', (useless) => waitAfter(wait, useless));
    });

    test('ends as in progress when it gets nothing else until the deadline', async () => {
      await sweepAnswers(STATUSES, 'gave-up', (useless) => waitFor(wait, () => useless));
    });

    test.each([401, 403, 404])('ends as in progress after five %i in a row', async (status) => {
      let asked = 0;
      const answer = () => {
        asked += 1;
        return { status, text: '' };
      };
      const waited = await waitFor(wait, answer, 3_600_000);
      expect(waited).toEqual({ kind: 'gave-up', message: expect.stringContaining('HTTP') });
      expect(asked).toBe(5);
    });
  },
);

describe.each(withResults)(
  'asking %s for the result of a job that is done',
  (_id, wait, result) => {
    test('goes on after every status with every body that says nothing of the job', async () => {
      await sweepAnswers(STATUSES, 'done', (useless) => waitForResultAfter(wait, result, useless));
    });

    test('ends as in progress when it gets nothing else until the deadline', async () => {
      await sweepAnswers(STATUSES, 'gave-up', (useless) =>
        waitFor(wait, (url) => (isResult(wait, url) ? useless : wait.end)),
      );
    });
  },
);
