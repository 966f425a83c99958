import fc from 'fast-check';
import { lexer } from 'marked';
import { describe, expect, test } from 'vitest';
import { decideBudget } from '../../src/budget/decide.ts';
import { type Limits, nothingSpent, type Spent } from '../../src/model/limits.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import {
  boughtKeyOf,
  COMMENT_MARKER,
  COMMENT_MAX_CHARACTERS,
  type CommentSection,
  joinComment,
  parseComment,
  placeSection,
} from '../../src/report/comment/document.ts';
import {
  type CommentLinks,
  isWorthWriting,
  renderCommentSection,
} from '../../src/report/comment/render.ts';
import { type CommentState, decodeState, encodeState } from '../../src/report/comment/state.ts';
import { makeReport } from '../../src/report/report.ts';
import { examplePlan } from '../support/example-reports.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import { assertProperty } from '../support/property.ts';
import { sweepSize } from '../support/sweep.ts';
import { decodeEntities } from './markdown-oracle.ts';

const head = (letter: string) => letter.repeat(40);
const pull = (headSha: string): Plan['pullRequest'] => ({
  number: 1,
  headSha,
  baseSha: head('0'),
  removed: [],
});

interface Options {
  readonly limits?: Partial<Limits>;
  readonly headSha?: string;
  readonly digest?: string;
  readonly spent?: Spent;
  readonly previous?: CommentState | null;
  readonly notes?: readonly string[];
  readonly pictures?: CommentLinks['pictures'];
  readonly isRecordable?: boolean;
}

function section(steps: readonly Step[], options: Options = {}) {
  const { limits = {}, headSha = head('a'), digest = 'd1', previous = null } = options;
  const plan: Plan = { ...makePlan(steps, limits), digest, pullRequest: pull(headSha) };
  const report = makeReport({
    command: 'plan',
    plan,
    decision: decideBudget(plan),
    results: null,
    notes: options.notes ?? [],
    ...(options.spent == null ? {} : { spent: options.spent }),
  });
  const links = {
    runUrl: 'https://github.com/o/r/actions/runs/1',
    artifactUrl: null,
    galleryUrl: null,
    pictures: options.pictures ?? new Map(),
  };
  return renderCommentSection({
    report,
    overrideLabel: 'approved',
    links,
    previous,
    isRecordable: options.isRecordable ?? true,
  });
}

const whole = (one: CommentSection) => joinComment(new Map([['key', one]]));

describe('a comment', () => {
  test('remembers what it shows', () => {
    const first = section([makeGenerateStep('a', 300_000)]);
    expect(decodeState(first.state)).toEqual(first.decoded);
    expect(first.decoded).toMatchObject({ planDigest: 'd1', totalMicroUsd: 300_000 });
  });

  test('is written when people would read something else, and not for a commit alone', () => {
    const step = makeGenerateStep('a', 300_000);
    const { decoded: before } = section([step]);
    const later = { previous: before, headSha: head('b'), digest: 'd2' };
    expect(isWorthWriting('on-change', null, before)).toBe(true);
    expect(isWorthWriting('on-change', before, section([step], later).decoded)).toBe(false);
    expect(isWorthWriting('always', before, section([step], later).decoded)).toBe(true);
    expect(isWorthWriting('never', null, before)).toBe(false);
    const dearer = section([makeGenerateStep('a', 400_000)], later);
    expect(isWorthWriting('on-change', before, dearer.decoded)).toBe(true);
    expect(isWorthWriting('on-change', null, section([]).decoded)).toBe(false);
  });

  test('follows the commit where an approval for it is asked', () => {
    const step = makeGenerateStep('a', 300_000);
    const limits = { perPullRequestMicroUsd: 100_000 };
    const first = section([step], { limits });
    expect(first.text).toContain('putting the label approved on the pull request');
    const next = section([step], {
      limits,
      previous: first.decoded,
      headSha: head('b'),
      digest: 'd2',
    });
    expect(isWorthWriting('on-change', first.decoded, next.decoded)).toBe(true);
  });

  test('tells what is left of each limit, or that nobody knows', () => {
    const step = makeGenerateStep('a', 300_000);
    const limits = { perPullRequestMicroUsd: 1_000_000, perMonthMicroUsd: 5_000_000 };
    const unknown = section([step], { limits }).text;
    expect(unknown).toContain('| per pull request | $1.00 | not known | $0.30 | not known |');
    const spent = { ...nothingSpent, perPullRequestMicroUsd: 900_000, perMonthMicroUsd: 1_000_000 };
    const known = section([step], { limits, spent }).text;
    expect(known).toContain('| per pull request | $1.00 | $0.90 | $0.30 | **over by $0.20** |');
    expect(known).toContain('| per month | $5.00 | $1.00 | $0.30 | $3.70 |');
    expect(known).toContain('over the limit per pull request');
  });

  test('shows before and after for totals and for each transfer', () => {
    const { decoded } = section([makeGenerateStep('a', 300_000), makeGenerateStep('b', 100_000)]);
    const text = decodeEntities(
      section([makeGenerateStep('a', 500_000), makeGenerateStep('b', 100_000)], {
        previous: decoded,
        headSha: head('b'),
        digest: 'd2',
      }).text,
    );
    expect(text).toContain('price at most $0.40 → $0.60');
    expect(text.replaceAll('&nbsp;', ' ')).toContain('$0.30 → $0.00 - $0.50');
  });
});

describe('what a reader of the comment sees', () => {
  const picture = (name: string) => ({ url: `https://example.com/${name}.webp`, alt: name });
  const linkOf = (names: readonly string[]) =>
    new Map(names.map((name) => [`out/${name}.mp4`, picture(name)]));
  const named = (name: string) => makeGenerateStep(name, 300_000, { output: `out/${name}.mp4` });

  test('is the verdict first, then a picture of each changed transfer, then the table', () => {
    const { text } = section([named('a'), named('b')], { pictures: linkOf(['a', 'b']) });
    const [verdict = ''] = text.split('\n');
    expect(verdict).toMatch(/^\*\*.*for 2 new animations\*\*/);
    const places = ['a.webp', 'b.webp', '| Transfer | State | Price |'].map((mark) =>
      text.indexOf(mark),
    );
    expect(places[0]).toBeGreaterThan(verdict.length);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('has many pictures behind a fold, and no picture at an address that is none', () => {
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const { text } = section(names.map(named), { pictures: linkOf(names) });
    expect(text.match(/<img /g)).toHaveLength(24);
    expect(text).toContain('<details><summary>20 more</summary>');
    expect(text).toContain('_and 16 more in the gallery_');
    const script = new Map([['out/a.mp4', { url: 'javascript:alert(1)', alt: 'a' }]]);
    expect(section([named('a')], { pictures: script }).text).not.toContain('<img');
  });

  test('keeps a picture inert whatever its address and its words are', () => {
    const url = `https://example.com/"onerror='x'>&<b>`;
    const pictures = new Map([['out/a.mp4', { url, alt: '"><script>\n\n# @octocat' }]]);
    const { text } = section([named('a')], { pictures });
    const [image = ''] = /<img [^>]*>/.exec(text) ?? [];
    expect(image).toMatch(/^<img src="[^"'<>]*" alt="[^"'<>\n]*">$/);
    expect(text).not.toMatch(/<script|@octocat/);
  });

  test('has what is unchanged and what is long behind folds', () => {
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
    const { text } = section(names.map(named));
    expect(text).toContain('<details><summary>8 more</summary>');
    const reused = section(examplePlan().plan.steps).text;
    expect(reused).toContain('<details><summary>1 unchanged</summary>');
  });

  test('offers the label only where it helps and can be put on record', () => {
    const step = named('a');
    const limits = { perPullRequestMicroUsd: 100_000 };
    const offer = 'by putting the label approved on';
    const spent = { ...nothingSpent, perPullRequestMicroUsd: 0 };
    expect(section([step], { limits, spent }).text).toContain(offer);
    const both = section([step], { limits: { ...limits, perRunMicroUsd: 200_000 }, spent });
    expect(both.text).not.toContain(offer);
    expect(both.text).toContain('The label approved would not help');
    expect(both.decoded.asksApproval).toBe(false);
    const unrecorded = section([step], { limits, spent, isRecordable: false }).text;
    expect(unrecorded).not.toContain(offer);
    expect(unrecorded).toContain('statuses: write');
  });
});

describe('what a run did', () => {
  const plain = (text: string) => ({ state: 'e30=', text });
  const [key, done] = ['a1', plain('done')];

  test('stands above its plan, which keeps every word behind a fold', () => {
    const bought = { section: done, isNews: true };
    const placed = placeSection(new Map([[key, plain('plan')]]), boughtKeyOf(key), bought);
    const body = joinComment(placed);
    expect(body.indexOf('done')).toBeLessThan(body.indexOf('<details><summary>The plan'));
    expect(parseComment(body).get(key)).toEqual(plain('plan'));
  });

  test('is moved below a plan that says something new, and replaced by the next run', () => {
    const before = new Map([
      [key, plain('plan')],
      [boughtKeyOf(key), done],
    ]);
    const same = placeSection(before, key, { section: plain('plan'), isNews: false });
    expect([...same.keys()]).toContain(boughtKeyOf(key));
    const body = joinComment(
      placeSection(before, key, { section: plain('new plan'), isNews: true }),
    );
    expect(body.indexOf('new plan')).toBeLessThan(
      body.indexOf('<details><summary>What was bought before'),
    );
    const next = { section: plain('done again'), isNews: true };
    const again = joinComment(placeSection(parseComment(body), boughtKeyOf(key), next));
    expect(again).not.toMatch(/^done$/m);
    expect(again).toContain('The plan that was shown before');
  });
});

describe('a comment of hostile texts', () => {
  test('has no link but ours, no picture, no mention, no marker, and as many rows as transfers', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        '--> <img src=https://evil.example/x.png>',
        '<!-- end of section key -->',
        '\n<!-- end of rows -->\n',
        '| a | b |\n| --- | --- |',
        '[x](https://evil.example) ![x](https://evil.example)',
        '@octocat closes #1',
        '</details><script>alert(1)</script>',
        COMMENT_MARKER,
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ maxLength: 60 }),
    );
    const property = fc.property(
      fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 5 }),
      hostile,
      (texts, note) => {
        const step = makeGenerateStep('x', 300_000);
        const steps = texts.map(([id, message]) => ({
          ...step,
          id,
          reasons: [{ code: 'new' as const, message }],
        }));
        const rendered = section(steps, { notes: [note] });
        const body = whole(rendered);
        expect(parseComment(body).get('key')).toEqual({
          state: rendered.state,
          text: rendered.text,
        });
        const tokens = lexer(body);
        const tables = tokens.filter(({ type }) => type === 'table');
        const [table] = tables;
        if (table?.type !== 'table') throw new Error('no table');
        expect(table.rows).toHaveLength(texts.length);
        expect(body.match(/\]\(/g)).toHaveLength(1);
        for (const { type, raw } of tokens) {
          if (type === 'html')
            expect(raw.trim()).toMatch(
              /^<(!-- [\w +/=-]+ --|\/?details>(<summary>(Who else would sell it|Limits)<\/summary>)?)/,
            );
        }
        expect(body).not.toMatch(/\/\/evil\.example|<img|<script|@octocat/);
      },
    );
    assertProperty('comment of hostile texts', property, sweepSize(120));
  });

  test('keeps a foreign state out', () => {
    for (const state of [
      '',
      'e30=',
      'AAAA',
      encodeState({ ...section([]).decoded, totalMicroUsd: -1 }),
    ])
      expect(decodeState(state)).toBeNull();
  });
});

describe('a comment of several jobs', () => {
  const many = (count: number, name: string) =>
    section(
      Array.from({ length: count }, (_, index) =>
        makeGenerateStep(`${name}/${index}-${'x'.repeat(60)}`, 300_000),
      ),
    );

  test('keeps every section, in order, and under the limit of GitHub with all totals', () => {
    const sections = new Map(['b', 'a', 'c'].map((key) => [key, many(400, key)] as const));
    const body = joinComment(sections);
    expect(body.length).toBeLessThanOrEqual(COMMENT_MAX_CHARACTERS);
    expect([...parseComment(body).keys()]).toEqual(['a', 'b', 'c']);
    expect(body.match(/400 to generate/g)).toHaveLength(3);
    expect(body.match(/_and \d+ more_/g)?.length).toBe(3);
  });

  test('counts what is cut rightly, also when it is cut again', () => {
    const first = joinComment(new Map([['a', many(600, 'a')]]));
    const kept = parseComment(first);
    const body = joinComment(new Map([...kept, ['b', many(600, 'b')]]));
    expect(body.length).toBeLessThanOrEqual(COMMENT_MAX_CHARACTERS);
    for (const { text } of parseComment(body).values()) {
      const shown = text.match(/^\| [ab]\//gm)?.length ?? 0;
      const cut = [...text.matchAll(/_and (\d+) more_|^_(\d+) rows did not fit/gm)];
      expect(shown + cut.reduce((sum, [, more, all]) => sum + Number(more ?? all), 0)).toBe(600);
    }
  });
});
