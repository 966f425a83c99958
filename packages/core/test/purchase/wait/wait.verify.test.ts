import { describe, test } from 'vitest';
import {
  isResult,
  sweepAnswers,
  waitAfter,
  waitFor,
  waitForResultAfter,
  waits,
  withResults,
} from './waiting.ts';

const STATUSES = Array.from({ length: 400 }, (_, index) => 200 + index);

describe.each(waits.map((wait) => [wait.fixtures, wait] as const))(
  'waiting for a job of %s',
  (_id, wait) => {
    test('goes on after every status with every body that says nothing of the job', async () => {
      await sweepAnswers(STATUSES, 'done', (useless) => waitAfter(wait, useless));
    });

    test('ends as in progress when it gets nothing else until the deadline', async () => {
      await sweepAnswers(STATUSES, 'gave-up', (useless) => waitFor(wait, () => useless));
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
