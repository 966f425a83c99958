import { formatUsd } from '../model/money.ts';
import type { CheckedAssumption, Exchange, ProbeFindings, Verdict } from '../model/probe.ts';
import { codeSpan, markdownText } from './escape-markdown.ts';

const TITLES: Readonly<Record<Verdict, string>> = {
  wrong: 'Wrong',
  confirmed: 'Confirmed',
  'not-seen': 'Not seen',
};
const VERDICTS = ['wrong', 'confirmed', 'not-seen'] as const;

/** The files of a probe, by their name in the artifact: a report for people, the same as data, every answer. */
export function probeDocuments(findings: ProbeFindings): Record<string, string> {
  const { exchanges, ...rest } = findings;
  const files = exchanges.map((exchange) => [fixtureName(findings, exchange), exchange] as const);
  const list = files.map(([file, { number, purpose, request, response, problem }]) => ({
    number,
    purpose,
    method: request.method,
    status: response?.status ?? null,
    problem,
    file,
  }));
  return {
    'report.md': renderReport(findings),
    'report.json': formatJson({ version: 1, ...rest, counts: countsOf(findings), exchanges: list }),
    ...Object.fromEntries(files.map(([file, exchange]) => [file, formatJson(fixtureOf(exchange))])),
  };
}

/** The summary of a job that probed. */
export function renderProbeSummary(
  findings: ProbeFindings,
  {
    artifactUrl,
    problem,
  }: { readonly artifactUrl: string | null; readonly problem: string | null },
): string {
  return [
    `## Motion transfer probe: ${markdownText(headlineOf(findings))}`,
    '',
    ...(problem == null ? [] : [`> **${markdownText(problem, 2_000)}**`, '']),
    ...linesOfPurchase(findings),
    '',
    ...linesOfAssumptions(findings.assumptions, { own: markdownText, foreign: markdownText }),
    ...(artifactUrl == null ? [] : [`[Report and every answer](${artifactUrl})`, '']),
  ].join('\n');
}

function renderReport(findings: ProbeFindings): string {
  const rows = findings.exchanges.map((exchange) => {
    const { number, purpose, request, response, problem } = exchange;
    const answer = response == null ? (problem ?? 'none') : `HTTP ${response.status}`;
    const cells = [purpose, request.method, codeSpan(request.url), codeSpan(answer)];
    return `| [${number}](${fixtureName(findings, exchange)}) | ${cells.join(' | ')} |`;
  });
  return [
    `# Probe of ${markdownText(findings.title)}`,
    '',
    ...linesOfPurchase(findings),
    '',
    ...linesOfAssumptions(findings.assumptions, { own: forTable, foreign: codeSpan }),
    '## Answers',
    '',
    'Keys, signed queries, other jobs of the account and what is left in it are taken out.',
    '',
    '| | About | Method | Address | Answer |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function linesOfPurchase({ purchase, maxCostMicroUsd }: ProbeFindings): string[] {
  const limit = `max-cost: ${formatUsd(maxCostMicroUsd)}`;
  if (purchase == null) return [`Nothing was bought · ${limit}`];
  const { model, tier, clipSeconds, state, holdMicroUsd, chargedMicroUsd, message } = purchase;
  const charged =
    chargedMicroUsd == null ? 'no charge known' : `charged: ${formatUsd(chargedMicroUsd)}`;
  return [
    `${markdownText(model)}, ${tier}, ${clipSeconds} s: **${state}** · held: ${formatUsd(holdMicroUsd)} · ${charged} · ${limit}`,
    ...(message == null ? [] : ['', markdownText(message, 1_000)]),
  ];
}

/** How a cell is written: a summary is read on GitHub, a file also as it is. */
interface CellStyle {
  /** For words of this repository. */
  readonly own: (text: string) => string;
  /** For what a provider said. */
  readonly foreign: (text: string) => string;
}

function forTable(text: string): string {
  return text.replaceAll('|', '\\|');
}

function linesOfAssumptions(
  assumptions: readonly CheckedAssumption[],
  { own, foreign }: CellStyle,
): string[] {
  return VERDICTS.flatMap((verdict) => {
    const these = assumptions.filter((one) => one.verdict === verdict);
    if (these.length === 0) return [];
    const rows = these.map(({ id, sentence, seen, source }) => {
      const last = verdict === 'not-seen' ? own(source) : foreign(seen);
      return `| ${[own(id), own(sentence), last].join(' | ')} |`;
    });
    const last = verdict === 'not-seen' ? 'Source' : 'Seen';
    const table = [`| Assumption | | ${last} |`, '| --- | --- | --- |', ...rows, ''];
    const title = `${TITLES[verdict]} (${these.length})`;
    // The longest list says the least.
    return verdict === 'not-seen'
      ? [`<details><summary>${title}</summary>`, '', ...table, '</details>', '']
      : [`### ${title}`, '', ...table];
  });
}

function headlineOf(findings: ProbeFindings): string {
  const counts = countsOf(findings);
  return `${findings.title}: ${counts.confirmed} confirmed, ${counts.wrong} wrong, ${counts['not-seen']} not seen`;
}

function countsOf({ assumptions }: ProbeFindings): Record<Verdict, number> {
  const count = (verdict: Verdict) =>
    assumptions.filter((assumption) => assumption.verdict === verdict).length;
  return {
    confirmed: count('confirmed'),
    wrong: count('wrong'),
    'not-seen': count('not-seen'),
  };
}

function fixtureName({ provider }: ProbeFindings, { number, purpose }: Exchange): string {
  return `fixtures/${provider}/${String(number).padStart(3, '0')}-${purpose}.json`;
}

/** As the fixtures of the adapter tests are written: `body` for JSON, `text` for anything else. */
function fixtureOf({ purpose, request, response, problem }: Exchange): unknown {
  return {
    purpose,
    request,
    response:
      response == null
        ? null
        : {
            status: response.status,
            headers: response.headers,
            ...(response.json === undefined ? { text: response.text } : { body: response.json }),
          },
    ...(problem == null ? {} : { problem }),
  };
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
