import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/model/json/json.ts';
import { renameIds } from '../providers/conformance/json.ts';
import { loadFixtures } from '../providers/fixtures.ts';
import { isResult, textOf, type WireAnswer, waitFor, waits, withResults } from './wait/waiting.ts';

/** Every recorded answer that ends a job, or says that it is done. */
function endsOf(fixtures: string): { readonly name: string; readonly body: Json }[] {
  const { progress } = loadFixtures(fixtures);
  return progress.flatMap(({ name, response, expect: { state } }) =>
    'body' in response && ['done', 'failed', 'ready'].includes(String(state))
      ? [{ name, body: response.body }]
      : [],
  );
}

/** The answer as it is about another job, whose video lies elsewhere. */
function aboutAnother(body: Json): WireAnswer {
  const text = JSON.stringify(renameIds(body, 'another-job'));
  return { status: 200, text: text.replaceAll('.mp4', '.another.mp4') };
}

function withoutIds(body: Json): WireAnswer {
  const text = JSON.stringify(body, (key, member) =>
    typeof member === 'string' && /(^|_)id$|Id$/.test(key) ? undefined : member,
  );
  return { status: 200, text };
}

function names(body: Json): boolean {
  return JSON.stringify(body) !== JSON.stringify(renameIds(body, 'another-job'));
}

describe.each(waits.map((wait) => [wait.fixtures, wait] as const))(
  'what %s says of another job',
  (fixtures, wait) => {
    const ends = endsOf(fixtures).filter(({ body }) => names(body));

    test.each(ends)('neither ends ours nor is its video: $name', async ({ body }) => {
      const waited = await waitFor(wait, (url, count) => {
        if (wait.result != null && isResult(wait, url)) return wait.result;
        return count <= 2 ? aboutAnother(body) : wait.end;
      });
      expect(waited).toMatchObject({ kind: 'done' });
      expect(JSON.stringify(waited)).not.toContain('another');
    });

    test('leaves ours in progress where nothing else is said until the deadline', async () => {
      for (const { body } of ends) {
        const waited = await waitFor(wait, (url) =>
          wait.result != null && isResult(wait, url) ? wait.result : aboutAnother(body),
        );
        expect(waited).toMatchObject({ kind: 'gave-up' });
      }
    });

    test('and a failure that names no job is asked about again', async () => {
      const failures = loadFixtures(fixtures).progress.flatMap(
        ({ name, response, expect: { state } }) =>
          'body' in response && state === 'failed' ? [{ name, body: response.body }] : [],
      );
      expect(failures.length).toBeGreaterThan(0);
      for (const { name, body } of failures) {
        const waited = await waitFor(wait, (url, count) => {
          if (wait.result != null && isResult(wait, url)) return wait.result;
          return count <= 2 ? withoutIds(body) : wait.end;
        });
        expect(waited, name).toMatchObject({ kind: 'done' });
      }
    });
  },
);

test.each(withResults)(
  'a result of %s that names another job is asked for again',
  async (_id, wait, result) => {
    let results = 0;
    const waited = await waitFor(wait, (url) => {
      if (!isResult(wait, url)) return wait.end;
      results += 1;
      const body = { ...JSON.parse(result.text), request_id: 'another-job' };
      return results <= 2 ? aboutAnother(body) : result;
    });
    expect(waited).toMatchObject({ kind: 'done' });
    expect(JSON.stringify(waited)).not.toContain('another');
  },
);

test('a status that says that the video is gone counts once it was given four times in a row', async () => {
  const wait = waits.find(({ fixtures }) => fixtures === 'replicate');
  const gone = loadFixtures('replicate').progress.find(({ expect: { failure } }) =>
    JSON.stringify(failure ?? null).includes('expired'),
  );
  if (wait == null || gone == null) throw new Error('there is no such answer');
  const after = (times: number) =>
    waitFor(wait, (_url, count) => (count <= times ? textOf(gone.response) : wait.end), 600_000);
  expect(await after(3)).toMatchObject({ kind: 'done' });
  expect(await after(4)).toMatchObject({ kind: 'failed', failure: { kind: 'expired' } });
});

describe('an error that says that the job is over', () => {
  const endings = waits.flatMap((wait) =>
    loadFixtures(wait.fixtures).endings.flatMap(({ name, response, asked, expect: wanted }) =>
      wanted != null && asked !== 'output' ? [{ name, wait, asked, error: textOf(response) }] : [],
    ),
  );

  test.each(endings)(
    'counts once it was said four times in a row: $name',
    async ({ wait, asked, error }) => {
      const answer = (last: number) => {
        let errors = 0;
        return (url: string) => {
          if ((asked === 'result') !== isResult(wait, url)) return wait.end;
          errors += 1;
          return errors <= last ? error : ((asked === 'result' ? wait.result : null) ?? wait.end);
        };
      };
      expect(await waitFor(wait, answer(3), 600_000)).toMatchObject({ kind: 'done' });
      expect(await waitFor(wait, answer(4), 600_000)).toMatchObject({ kind: 'failed' });
    },
  );

  test.each(endings)(
    'and one answer in between begins the count anew: $name',
    async ({ wait, asked, error }) => {
      let count = 0;
      const waited = await waitFor(
        wait,
        (url) => {
          if ((asked === 'result') !== isResult(wait, url)) return wait.end;
          count += 1;
          if (count === 3) return { status: 503, text: '' };
          return count <= 6 ? error : ((asked === 'result' ? wait.result : null) ?? wait.end);
        },
        600_000,
      );
      expect(waited).toMatchObject({ kind: 'done' });
    },
  );
});
