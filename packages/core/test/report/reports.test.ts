import { lexer } from 'marked';
import { describe, expect, test } from 'vitest';
import { decideBudget } from '../../src/budget/decide.ts';
import { renderCommentSection } from '../../src/report/comment/render.ts';
import { makeGallery } from '../../src/report/gallery/model.ts';
import { makeHeadline } from '../../src/report/headline.ts';
import { renderTextTable } from '../../src/report/log.ts';
import { makeReport } from '../../src/report/report.ts';
import { renderSummary, SUMMARY_MAX_BYTES } from '../../src/report/summary.ts';
import { examplePlan } from '../support/example-reports.ts';
import { makeGenerateStep, makePlan } from '../support/plans.ts';
import { makeBlockedStep, makeReportOf, makeResult } from '../support/results.ts';
import { buildState } from '../support/state-builder.ts';
import { decodeEntities } from './markdown-oracle.ts';

const noLinks = { artifactUrl: null, outputDirectory: null };

const estimated = (microUsd: number) => ({ microUsd, source: 'estimated' as const });
const reported = (microUsd: number) => ({ microUsd, source: 'provider-reported' as const });

describe('a report', () => {
  test('of a plan without trouble has no failure', () => {
    expect(makeReportOf([makeGenerateStep('a', 304_000)])).toMatchObject({
      failure: null,
      totals: { estimatedHighMicroUsd: 304_000, chargedMicroUsd: 0, heldMicroUsd: 0 },
    });
  });

  test('adds up charges and holds, and says whether every charge was reported', () => {
    const steps = ['a', 'b', 'c'].map((id) => makeGenerateStep(id, 304_000));
    const sure = makeReportOf(steps, [
      makeResult('a', { charge: reported(100) }),
      makeResult('b', { charge: reported(1) }),
    ]);
    expect(sure.totals).toMatchObject({ chargedMicroUsd: 101, chargedIsReported: true });
    const unsure = makeReportOf(steps, [
      makeResult('a', { charge: reported(100) }),
      makeResult('b', { charge: estimated(5) }),
      makeResult('c', { state: 'unknown', holdMicroUsd: 304_000 }),
    ]);
    expect(unsure.totals).toMatchObject({
      chargedMicroUsd: 105,
      chargedIsReported: false,
      heldMicroUsd: 304_000,
      counts: { generated: 2, unknown: 1, failed: 0 },
    });
  });

  test('counts as unknown also what an earlier run asked for and nobody can say whether it was accepted', () => {
    const { steps } = examplePlan().plan;
    const results = steps.map(({ id, action }) =>
      makeResult(id, { state: action === 'blocked' ? 'blocked' : 'generated' }),
    );
    const lost = makeResult('lost', { state: 'unknown', holdMicroUsd: 304_000 });
    expect(makeReportOf(steps, results).totals).toMatchObject({
      unknownCount: 1,
      counts: { blocked: 2, unknown: 0 },
    });
    expect(makeReportOf(steps, [...results, lost]).totals.unknownCount).toBe(2);
  });

  test('tells a budget stop from an error in its first words', () => {
    const { failure } = makeReportOf([makeGenerateStep('a', 304_001)], null, {
      perRunMicroUsd: 304_000,
    });
    expect(failure).toMatch(/^Budget exceeded: this run may cost \$0\.304001/);
    expect(failure).toContain('nothing was bought');
  });

  test('over its budget in a pull request says that only the default branch can raise the limit', () => {
    const plan = makePlan([makeGenerateStep('a', 200)], { perRunMicroUsd: 100 });
    const pullRequest = {
      number: 7,
      headSha: 'a'.repeat(40),
      baseSha: 'b'.repeat(40),
      removed: [],
    };
    const failureOf = (planned: typeof plan) =>
      makeReport({
        command: 'plan',
        plan: planned,
        decision: decideBudget(planned),
        results: null,
        notes: [],
      }).failure;
    expect(failureOf({ ...plan, pullRequest })).toContain(
      'budget in the config of the default branch: a pull request cannot raise it until it is merged',
    );
    expect(failureOf(plan)).not.toContain('default branch');
  });

  const partly = (results: Parameters<typeof makeReportOf>[1]) => {
    const steps = [makeGenerateStep('a', 100), makeGenerateStep('b', 100)];
    return makeReportOf(steps, results, { perRunMicroUsd: 150, onExceed: 'partial' }).failure;
  };
  const left = makeResult('b', { state: 'not-started' });

  test('of a partial run says what was bought before the limit', () => {
    const failure = partly([makeResult('a', { charge: reported(100) }), left]);
    expect(failure).toMatch(/^Budget exceeded: /);
    expect(failure).toContain('only 1 that fit was bought');
    const open = makeResult('a', { state: 'in-progress', holdMicroUsd: 100 });
    expect(partly([open, left])).toContain('only 1 that fit was bought');
    const undelivered = makeResult('a', { holdMicroUsd: 100 });
    expect(partly([undelivered, left])).toContain('only 1 that fit was bought');
  });

  test.each([
    [
      'a video that another run bought',
      makeResult('a', { state: 'collected', isBoughtHere: false, charge: reported(100) }),
    ],
    [
      'what another run is still buying',
      makeResult('a', { state: 'in-progress', isBoughtHere: false }),
    ],
    ['a draft', makeResult('a', { provider: 'draft', draft: true })],
    ['what was refused', makeResult('a', { state: 'failed', message: 'nothing was billed' })],
  ])('of a partial run does not count %s as bought', (_what, result) => {
    expect(partly([result, left])).toContain('nothing was bought');
  });

  test('of a partial run does not count what an earlier run paid for', () => {
    const paid = makeGenerateStep('paid', 100, { resumes: true });
    const steps = [makeGenerateStep('a', 200), paid];
    const results = [
      makeResult('a', { state: 'not-started' }),
      makeResult('paid', { charge: reported(100) }),
    ];
    const limits = { perRunMicroUsd: 150, onExceed: 'partial' } as const;
    expect(makeReportOf(steps, results, limits).failure).toContain('nothing was bought');
  });

  test('of a partial run does not say that nothing was bought where nobody knows', () => {
    const unknown = makeResult('a', { state: 'unknown', holdMicroUsd: 100 });
    expect(partly([unknown, left])).toContain('whether what fits was bought is not known');
  });

  test.each([
    ['failed', '1 failed'],
    ['in-progress', '1 still in progress, run again to collect'],
    ['not-started', '1 not started'],
    ['blocked', '1 blocked'],
    ['unknown', '1 with unknown outcome ($0.304 held)'],
  ] as const)('with something %s fails, and says which: why stands in its row', (state, words) => {
    const results = [makeResult('a', { state, holdMicroUsd: 304_000, message: 'for a reason' })];
    const { failure } = makeReportOf([makeGenerateStep('a', 304_000)], results);
    expect(failure).toContain(words);
    expect(failure).toContain(`${words}: a.`);
    // A stop is told nowhere else.
    expect(failure?.includes('for a reason')).toBe(state === 'not-started');
  });

  test.each(['reused', 'generated', 'copied', 'collected'] as const)(
    'with everything %s is good',
    (state) => {
      expect(
        makeReportOf([makeGenerateStep('a', 1)], [makeResult('a', { state })]).failure,
      ).toBeNull();
    },
  );

  test('of a charge above the hold fails, although the video is here', () => {
    const alarm = 'it cost $1.40 (provider-reported), more than the $0.70 that was held';
    const results = [makeResult('a', { charge: reported(1_400_000), alarm }), makeResult('b', {})];
    const steps = ['a', 'b'].map((id) => makeGenerateStep(id, 700_000));
    expect(makeReportOf(steps, results).failure).toBe(`a: ${alarm}.`);
  });

  test('of a budget stop and of other failures tells both', () => {
    const steps = ['a', 'b', 'c'].map((id) => makeGenerateStep(id, 100));
    const results = [
      makeResult('a', { state: 'failed', message: 'no luck' }),
      makeResult('b', { charge: reported(101), alarm: 'it cost too much' }),
      makeResult('c', {
        state: 'not-started',
        message: 'not bought: the budget does not allow it',
      }),
    ];
    const { failure } = makeReportOf(steps, results, { perRunMicroUsd: 250, onExceed: 'partial' });
    expect(failure).toMatch(/^b: it cost too much\. Budget exceeded: /);
    expect(failure).toContain('only 1 that fit was bought');
    expect(failure).toContain('Not every transfer is done. 1 failed: a.');
    expect(failure).not.toContain('1 not started');
  });

  test('of a plan over its budget with something blocked tells both', () => {
    const steps = [makeGenerateStep('a', 200), makeBlockedStep('b', 'no such file')];
    const { failure } = makeReportOf(steps, null, { perRunMicroUsd: 100 });
    expect(failure).toMatch(/^Budget exceeded: /);
    expect(failure).toContain('nothing was bought');
    expect(failure).toContain('1 blocked: b.');
  });

  test('of a purchase of an earlier run has a row of its own', () => {
    const orphan = makeResult('hero (earlier)', { state: 'collected', message: 'kept aside' });
    const made = makeReportOf([makeGenerateStep('a', 1)], [makeResult('a', {}), orphan]);
    expect(made.failure).toBeNull();
    expect(renderTextTable(made).join('\n')).toMatch(/hero \(earlier\).*collected.*kept aside/);
  });

  test('of a plan with something blocked fails', () => {
    const { failure } = makeReportOf([makeBlockedStep('a', 'no such file')]);
    expect(failure).toBe('Not every transfer is done. 1 blocked: a.');
  });
});

describe('the headline of a plan', () => {
  test('tells what is bought from what is copied or only collected', () => {
    const copy = makeGenerateStep('b', 304_000, { sameAs: 'a' });
    const paid = makeGenerateStep('c', 304_000, { resumes: true });
    expect(makeHeadline(makeReportOf([makeGenerateStep('a', 304_000), copy, paid])).counts).toBe(
      '1 to generate, 1 to copy, 1 to collect',
    );
    expect(makeHeadline(makeReportOf([paid])).counts).toBe('1 to collect');
  });
});

describe('the summary', () => {
  const hostile = 'x | <img src=x> [a](b) `c` @octocat #1 ::error::x \n| --- |';

  test('is headline, price, one table with a row each, and limits', () => {
    const steps = [makeGenerateStep('a', 304_000), makeBlockedStep('b', 'no such file')];
    const text = renderSummary(makeReportOf(steps, null, { perRunMicroUsd: 10_000_000 }), noLinks);
    expect(text).toContain('## Motion transfer plan: 1 to generate, 1 blocked');
    expect(text).toContain('**Price: $0.00 - $0.304** (estimate; a plan buys nothing)');
    expect(text).toContain('Limits; when exceeded, nothing is bought.');
    expect(text).toContain('| per run | $10.00 | $0.00 | $0.304 | $9.696 |');
    const [table] = lexer(text).filter(({ type }) => type === 'table');
    if (table?.type !== 'table') throw new Error('no table');
    expect(table.rows.map((row: { text: string }[]) => decodeEntities(row[0]?.text ?? ''))).toEqual(
      ['a', 'b'],
    );
  });

  test('of a run tells what was spent, how sure that is, and what is held', () => {
    const steps = [makeGenerateStep('a', 304_000), makeGenerateStep('b', 304_000)];
    const results = [
      makeResult('a', { charge: estimated(304_000) }),
      makeResult('b', { state: 'unknown', holdMicroUsd: 304_000 }),
    ];
    const text = renderSummary(makeReportOf(steps, results), noLinks);
    expect(text).toContain('**Spent: $0.304** (at least partly estimated)');
    expect(text).toContain('**Held: $0.304** (for purchases whose outcome is open)');
    expect(text).toContain('> **Not every transfer is done');
  });

  test('claims no report of a provider where none was asked', () => {
    const steps = [makeGenerateStep('a', 304_000)];
    const none = renderSummary(
      makeReportOf(steps, [makeResult('a', { state: 'reused' })]),
      noLinks,
    );
    expect(none).toContain('**Spent: $0.00** · ');
    const one = [makeResult('a', { charge: reported(304_000) })];
    expect(renderSummary(makeReportOf(steps, one), noLinks)).toContain(
      '**Spent: $0.304** (reported by the providers)',
    );
  });

  test('says how an agreed price was reckoned, and of what is not paid for nothing', () => {
    const state = buildState();
    state.prices = { prospolabs: { 'kling-3-motion-control': { standard: 50_000 } } };
    state.addTransfer('a');
    state.addTransfer('duplicate');
    const rows = renderTextTable(makeReportOf(state.plan().steps));
    expect(rows[1]).toContain('no output yet; 4 s x $0.05 (contract price)');
    expect(rows[2]).not.toContain('contract price');
    expect(renderTextTable(makeReportOf([makeGenerateStep('a', 1)])).join()).not.toContain(
      'price)',
    );
  });

  test('names the default limit as one, and no limit as none', () => {
    const steps = [makeGenerateStep('a', 1)];
    const byDefault = { perRunMicroUsd: 10_000_000, perRunIsDefault: true };
    expect(renderSummary(makeReportOf(steps, null, byDefault), noLinks)).toContain(
      'Limits (the default: no per-run limit is written)',
    );
    expect(renderSummary(makeReportOf(steps), noLinks)).toContain('Limits: none');
  });

  test('leaves out the limit per pull request where there is none', () => {
    const limits = { perPullRequestMicroUsd: 5_000_000, perMonthMicroUsd: 20_000_000 };
    const text = renderSummary(
      makeReportOf([makeGenerateStep('a', 300_000)], null, limits),
      noLinks,
    );
    expect(text).toContain('| per month | $20.00 |');
    expect(text).not.toContain('| per pull request |');
  });

  test('shows what each provider would ask for all of it', () => {
    const state = buildState();
    state.addTransfer('a');
    state.addTransfer('b', { motion: 'assets/bow.mp4' });
    const text = decodeEntities(renderSummary(makeReportOf(state.plan().steps), noLinks));
    expect(text).toContain('| prospolabs | 2 of 2 | $0.608 | $0.608 |  |');
    expect(text).toContain('| empiriolabs | 2 of 2 | $1.12 | $0.608 |  |');
  });

  test('stays a table whatever its texts are', () => {
    const steps = [makeBlockedStep(hostile, hostile), makeGenerateStep(hostile, 1)];
    const text = renderSummary(makeReportOf(steps, null, {}, [hostile]), {
      artifactUrl: 'https://github.com/o/r/actions/runs/1/artifacts/2',
      outputDirectory: hostile,
    });
    const tokens = lexer(text);
    const [table] = tokens.filter(({ type }) => type === 'table');
    if (table?.type !== 'table') throw new Error('no table');
    expect(table.header).toHaveLength(5);
    expect(table.rows).toHaveLength(2);
    const live = tokens.filter(({ type }) => ['html', 'code', 'def'].includes(type));
    expect(live.map(({ raw }) => raw.trim())).toEqual([
      '<details><summary>Who else would sell it</summary>',
      '</details>',
      '<details><summary>What a clip needs</summary>',
      '</details>',
    ]);
    expect(text).not.toContain('<img');
    expect(text.match(/\]\(/g)).toHaveLength(1);
  });

  test.each([SUMMARY_MAX_BYTES, 20_000])(
    'of 5,000 rows stays under %i bytes and keeps its totals',
    (maxBytes) => {
      const base = makeBlockedStep('x', 'x');
      const words = `${hostile.repeat(3)} äöü 漢字 🎬`;
      const steps = Array.from({ length: 5_000 }, (_, index) => ({
        ...base,
        id: `transfer-${index}`,
        reasons: [{ code: 'asset-problem' as const, message: words }],
      }));
      const text = renderSummary(makeReportOf(steps), noLinks, maxBytes);
      const shown = text.match(/^\| transfer-/gm)?.length ?? 0;
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
      expect(Buffer.byteLength(text)).toBeGreaterThan(maxBytes * 0.7);
      expect(text).toContain('plan: 5000 blocked');
      expect(text).toContain(`_and ${5_000 - shown} more_`);
      expect(text).toContain('Limits: none');
    },
  );
});

describe('a warning', () => {
  const warned = (id: string, ...warnings: string[]) => makeGenerateStep(id, 1, { warnings });
  const borrowed = 'price: $0.10 a second is a price as others quote it';

  test('of one provider is said once for all of its transfers, and in no row', () => {
    const steps = Array.from({ length: 200 }, (_, index) => warned(`t-${index}`, borrowed));
    const report = makeReportOf(steps);
    const said = `prospolabs, 200 transfers: ${borrowed}`;
    const gallery = makeGallery(report, [], new Map());
    const summary = decodeEntities(renderSummary(report, noLinks));
    const comment = decodeEntities(
      renderCommentSection({
        report,
        overrideLabel: 'approved',
        links: { runUrl: null, artifactUrl: null, galleryUrl: null, pictures: new Map() },
        previous: null,
      }).text,
    );
    for (const text of [summary, comment, JSON.stringify(gallery)])
      expect(text.split(borrowed)).toHaveLength(2);
    expect(summary).toContain(`- ${said}`);
    expect(comment).toContain(`- ${said}`);
    expect(gallery.notes).toEqual([said]);
    expect(renderTextTable(report).join('\n')).not.toContain(borrowed);
  });

  test('of one transfer stays with it', () => {
    const report = makeReportOf([warned('a', 'motion: it is long'), warned('b', borrowed)]);
    expect(report.sharedWarnings).toEqual([]);
    expect(renderTextTable(report).join('\n')).toContain('motion: it is long');
  });
});

describe('the text table', () => {
  test('is aligned, ends with the totals and hides nothing but the end of long texts', () => {
    const lines = renderTextTable(
      makeReportOf([
        makeGenerateStep('a', 304_000),
        makeBlockedStep('a-longer-name', 'no such file'),
      ]),
    );
    expect(lines).toHaveLength(4);
    const columns = lines.slice(0, 3).map((line) => line.search(/state|new|blocked/));
    expect(new Set(columns).size).toBe(1);
    expect(lines[2]).toMatch(/^a-longer-name {2}blocked {2,}no such file$/);
    expect(lines[3]).toBe(
      '1 to generate, 1 blocked; price $0.00 - $0.304 (estimate; a plan buys nothing)',
    );
  });

  test('has no line that the runner would obey or that ends early', () => {
    const lines = renderTextTable(
      makeReportOf([makeBlockedStep('::error::x', 'a\n::add-mask::b ##[set-env name=A]c')]),
    );
    for (const line of lines) {
      expect(line.trimStart()).not.toMatch(/^::/);
      expect(line).not.toMatch(/##\[|\n/);
    }
  });

  test('of very many transfers is cut, with the number of the others', () => {
    const base = makeBlockedStep('x', 'x');
    const steps = Array.from({ length: 205 }, (_, index) => ({ ...base, id: `t${index}` }));
    const lines = renderTextTable(makeReportOf(steps));
    expect(lines).toHaveLength(1 + 200 + 1 + 1);
    expect(lines.at(-2)).toBe('... and 5 more');
  });

  test.each([
    [{ charge: reported(304_000) }, '$0.304 (charged)'],
    [{ charge: estimated(304_000) }, '$0.304 (estimated)'],
    [{ state: 'reused' }, '$0.00'],
    [{ state: 'copied', charge: estimated(304_000) }, '$0.00'],
    [{ state: 'unknown', holdMicroUsd: 304_000 }, '$0.304 held'],
    [
      { state: 'failed', charge: { microUsd: null, source: 'unknown' }, holdMicroUsd: 5 },
      '$0.000005 held',
    ],
  ] as const)('prices %j as %s', (changes, price) => {
    const lines = renderTextTable(
      makeReportOf([makeGenerateStep('a', 304_000)], [makeResult('a', changes)]),
    );
    expect(lines[1]).toContain(price);
  });
});
