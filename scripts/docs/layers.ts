import { LAYERS } from '../../packages/core/test/architecture/layers.ts';
import { covers, isListed } from '../../packages/core/test/architecture/table.ts';

/** What a stranger finds in each folder or file of the core's table. */
const PURPOSES: Readonly<Record<string, string>> = {
  'index.ts': 'the front door: the use cases and the types in their signatures',
  'shell.ts': 'the second door, for shells of ours: config reading, reports, approvals',
  'use-cases': 'plan, run, reconcile, probe, finish: the whole order of steps',
  probe: 'one short purchase that holds what is assumed of a provider against its answers',
  run: 'runs a plan: waves, copies, checks of what was bought, web files',
  recovery: 'settles what earlier runs left open; freezes; write-offs',
  drafts: 'free films by the draft engine',
  purchase: "one purchase's life: reserve, submit, wait, collect, record",
  staging: 'puts assets where a provider can fetch them: its own upload, S3, an address',
  budget: 'limits, approvals, and what is reserved against them',
  'plan/gather': 'the only input and output of planning: git, assets, reported prices',
  plan: 'each transfer: reuse, generate or blocked; seller, price, reasons, digest',
  config: 'reads, checks and joins the config files of commit, base and default branch',
  ledger: 'what all runs have on record: journal, lockfile, ledger and its backends',
  media: 'hashes and facts of images and clips, from their bytes; path rules',
  http: 'calls to APIs, downloads, redirects, rate limits, redaction of answers',
  'http/loopback.ts': 'whether an address is this machine',
  assumptions: 'what no page says of a provider, with the check a probe makes',
  providers: 'one adapter a company, the registry, and what adapters share',
  'retry.ts': 'the one retry loop',
  'serial-queue.ts': 'the one serial queue',
  'ids.ts': 'the one source of random ids',
  'cancellation.ts': 'stop signals and deadlines',
  'ports.ts': 'the interfaces of everything that acts',
  model: 'the nouns: zod schema and type of each, once',
  report: 'rows, verdict and headline; log, summary, comment, gallery',
  node: 'the ports of this machine: files, locks, HTTP, git, clock',
};

export function renderLayers(): string {
  const { core } = LAYERS;
  if (core == null) throw new Error('the core has no table of layers');
  const rows = Object.keys(core.imports).map((name) => {
    const purpose = PURPOSES[name];
    if (purpose == null) throw new Error(`${name}: say in ${import.meta.filename} what it is for`);
    return `| \`${name}\` | ${purpose} | ${kindOf(name)} |`;
  });
  return ['| Folder or file | What it is for | Its files |', '| --- | --- | --- |', ...rows].join(
    '\n',
  );

  function kindOf(name: string): string {
    if (core?.acting != null && isListed(core.acting, name)) return 'act';
    const pure = core?.pure ?? [];
    // A folder of its own row says it there.
    const acting = pure.some(
      (entry) =>
        entry.startsWith('!') && covers(name, entry.slice(1)) && PURPOSES[entry.slice(1)] == null,
    );
    if (isListed(pure, name)) return acting ? 'decide; a few act through ports' : 'decide';
    return pure.some((entry) => covers(name, entry))
      ? 'act through ports; a few decide'
      : 'act through ports';
  }
}
