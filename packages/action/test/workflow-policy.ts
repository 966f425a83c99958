/** What a documented workflow must not do: people copy it. Each rule returns sentences about what is wrong. */
type Group = Readonly<Record<string, unknown>>;

export interface Workflow {
  readonly name: string;
  readonly text: string;
  readonly content: Group;
}

type Rule = (workflow: Workflow) => string[];

/** Our own action is named by its version in documentation, with the advice to pin it beside it. */
const OWN_ACTION = /^motion-transfer\/motion-transfer@v\d+$/;
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
/** Contexts that somebody without write permission can fill (GitHub: Script injections). */
const UNTRUSTED =
  /github\.(event\.|head_ref|actor|triggering_actor|ref_name)|inputs\.|steps\.[\w-]+\.outputs|needs\.[\w-]+\.outputs|matrix\./;
const WRITE_LIMIT = new Set([
  'contents: write',
  'pull-requests: write',
  'issues: write',
  'id-token: write',
  'attestations: write',
]);

const unpinnedUses: Rule = ({ content }) =>
  stepsOf(content)
    .map((step) => step.uses)
    .concat(jobsOf(content).map((job) => job.uses))
    .flatMap((uses) => {
      if (typeof uses !== 'string' || uses.startsWith('./')) return [];
      return PINNED.test(uses) || OWN_ACTION.test(uses)
        ? []
        : [`${uses} is not pinned to a commit`];
    });

const looseDownloads: Rule = ({ content }) =>
  scriptsOf(content).flatMap((script) => [
    ...(/\b(curl|wget)\b[^\n]*\|\s*(ba|z)?sh\b/.test(script)
      ? ['pipes a download into a shell']
      : []),
    ...(/\bnpx\s+(?!--no-install)[\w@/.-]+(?<!@\d[\w.-]*)(\s|$)/.test(script)
      ? ['runs npx without a version']
      : []),
  ]);

const topLevelPermissions: Rule = ({ content }) => {
  const { permissions } = content;
  if (
    isGroup(permissions) &&
    Object.values(permissions).every((level) => level === 'read' || level === 'none')
  )
    return [];
  return ['its top-level permissions are not {} or read-only'];
};

const jobPermissions: Rule = ({ content }) =>
  jobsOf(content).flatMap((job) => {
    if (!isGroup(job.permissions)) return [`a job names no permissions of its own`];
    return Object.entries(job.permissions)
      .map(([scope, level]) => `${scope}: ${level}`)
      .filter((grant) => grant.endsWith('write') && !WRITE_LIMIT.has(grant))
      .map((grant) => `${grant} is more than it needs`);
  });

const scriptInjection: Rule = ({ content }) =>
  scriptsOf(content).flatMap((script) =>
    [...script.matchAll(/\$\{\{([\s\S]*?)\}\}/g)]
      .filter(([, expression = '']) => UNTRUSTED.test(expression))
      .map(([expression]) => `${expression} stands in a script: pass it through env`),
  );

const untrustedCheckout: Rule = ({ content }) => {
  const risky = ['pull_request_target', 'workflow_run', 'issue_comment'];
  if (!eventsOf(content).some((event) => risky.includes(event))) return [];
  return stepsOf(content)
    .filter(({ uses }) => typeof uses === 'string' && uses.startsWith('actions/checkout@'))
    .filter((step) => /head|pull|merge|workflow_run/.test(JSON.stringify(step.with ?? {})))
    .map(() => 'checks out the head of a pull request with secrets at hand');
};

const inheritedSecrets: Rule = ({ content }) =>
  jobsOf(content)
    .filter((job) => job.secrets === 'inherit')
    .map(() => 'inherits every secret');

const secretsInArguments: Rule = ({ content }) => [
  ...scriptsOf(content)
    .filter((script) => /\$\{\{\s*secrets\./.test(script))
    .map(() => 'puts a secret into a script'),
  ...stepsOf(content)
    .filter((step) => /secrets\./.test(JSON.stringify(step.with ?? {})))
    .map(() => 'passes a secret as an input; keys belong in env'),
];

const keptCredentials: Rule = ({ content }) =>
  stepsOf(content)
    .filter(({ uses }) => typeof uses === 'string' && uses.startsWith('actions/checkout@'))
    .filter((step) => !isGroup(step.with) || step.with['persist-credentials'] !== false)
    .map(() => 'leaves the token in .git/config (persist-credentials: false)');

const spendingWithCache: Rule = ({ content }) =>
  stepsOf(content)
    .filter(({ uses }) => typeof uses === 'string' && uses.startsWith('actions/cache@'))
    .map(() => 'uses a cache, which a pull request could fill');

const mutableRunners: Rule = ({ content }) =>
  jobsOf(content)
    .filter((job) => /self-hosted/.test(JSON.stringify(job['runs-on'] ?? '')))
    .map(() => 'runs pull requests on a self-hosted runner');

/** What a step needs to do what it is there for, whatever else its job grants. */
const missingPermissions: Rule = ({ content }) =>
  jobsOf(content).flatMap((job) => {
    const granted = isGroup(job.permissions) ? job.permissions : {};
    return stepsOf({ jobs: { job } })
      .flatMap((step) => permissionsFor(step, plansOnly(content, job)))
      .filter(([scope, level]) => granted[scope] !== level && granted[scope] !== 'write')
      .map(([scope, level, reason]) => `${scope}: ${level} is missing (${reason})`);
  });

type Permission = readonly [scope: string, level: 'read' | 'write', reason: string];

function permissionsFor(step: Group, plansByDefault: boolean): Permission[] {
  const uses = String(step.uses);
  const inputs = isGroup(step.with) ? step.with : {};
  if (uses.startsWith('actions/checkout@')) return [['contents', 'read', 'to check out']];
  if (uses.startsWith('aws-actions/configure-aws-credentials@'))
    return [['id-token', 'write', "to prove the job's identity to AWS"]];
  if (!OWN_ACTION.test(uses)) return [];
  const command = inputs.command ?? (plansByDefault ? 'plan' : 'run');
  if (command === 'plan')
    return inputs.comment === 'never'
      ? []
      : [['pull-requests', 'write', 'to comment on the pull request']];
  return [
    ['actions', 'read', 'to take videos from earlier artifacts'],
    ...((inputs.ledger ?? 'git') === 'git'
      ? [['contents', 'write', 'to push the ledger'] as const]
      : []),
    ...(['branch', 'pull-request'].includes(String(inputs.commit))
      ? [['contents', 'write', 'to push the outputs'] as const]
      : []),
    ...(inputs.commit === 'pull-request'
      ? [['pull-requests', 'write', 'to open the pull request of the outputs'] as const]
      : []),
  ];
}

/** Whether the action's default command is `plan` in this job. */
function plansOnly(content: Group, job: Group): boolean {
  return (
    eventsOf(content).every((event) => event.startsWith('pull_request')) ||
    /event_name == 'pull_request'/.test(String(job.if))
  );
}

const RULES: readonly Rule[] = [
  unpinnedUses,
  looseDownloads,
  topLevelPermissions,
  jobPermissions,
  missingPermissions,
  scriptInjection,
  untrustedCheckout,
  inheritedSecrets,
  secretsInArguments,
  keptCredentials,
  spendingWithCache,
  mutableRunners,
];

export function findViolations(workflow: Workflow): string[] {
  return RULES.flatMap((rule) => rule(workflow));
}

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value != null && !Array.isArray(value);
}

function jobsOf({ jobs }: Group): Group[] {
  return isGroup(jobs) ? Object.values(jobs).filter(isGroup) : [];
}

function stepsOf(content: Group): Group[] {
  return jobsOf(content).flatMap(({ steps }) =>
    Array.isArray(steps) ? steps.filter(isGroup) : [],
  );
}

function scriptsOf(content: Group): string[] {
  return stepsOf(content).flatMap((step) => {
    const inline = isGroup(step.with) ? step.with.script : undefined;
    return [step.run, inline].filter((text): text is string => typeof text === 'string');
  });
}

function eventsOf(content: Group): string[] {
  const events = content.on;
  if (typeof events === 'string') return [events];
  return Array.isArray(events) ? events.map(String) : Object.keys(isGroup(events) ? events : {});
}
