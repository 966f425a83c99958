import { balanceOf } from '../assumptions/registry.ts';
import { ConfigError, messageOf } from '../model/errors.ts';
import { formatUsd } from '../model/money.ts';
import type { GenerateStep, Plan } from '../model/plan.ts';
import { MAX_PROBE_MICRO_USD, type ProbeFindings } from '../model/probe.ts';
import type { Ports } from '../ports.ts';
import { findAssumptions, nothingFound } from '../probe/findings.ts';
import { askAccount, askForJob, type FreeAnswers, noAnswers } from '../probe/free-reads.ts';
import { recordHttp } from '../probe/recorder.ts';
import type { OpenRun } from '../purchase/context.ts';
import type { Planned } from './decide.ts';
import type { Delivered, DeliveryRequest } from './deliver.ts';
import { type RunOutcome, type RunRequest, runTransfers } from './run.ts';

export interface ProbeRequest<Delivery extends Delivered>
  extends Omit<
    RunRequest<Delivery>,
    'approvedPlan' | 'concurrency' | 'findApproval' | 'onPlanned' | 'deliver'
  > {
  readonly provider: string;
  /** The hold of the purchase must not be above it. At most `MAX_PROBE_MICRO_USD`. */
  readonly maxCostMicroUsd: number;
  /** What must not be published besides the keys of the providers. */
  readonly secrets: readonly string[];
  /** Told the plan before anything is bought. */
  readonly onPlanned?: (planned: Planned) => Promise<void>;
  /** Keeps the findings, and the video where one was made, beyond this machine. */
  deliver(request: DeliveryRequest, findings: ProbeFindings): Promise<Delivery>;
}

export interface ProbeOutcome<Delivery extends Delivered> extends RunOutcome<Delivery> {
  readonly findings: ProbeFindings;
}

/**
 * Buys one transfer at one provider, as any run buys it, writes down every answer on the way, and holds
 * what is assumed of the provider against them. A probe that is killed leaves a purchase like any other:
 * the next run, reconciliation or probe settles it, and it is not bought again.
 *
 * @throws ConfigError before anything is bought when the plan is not one transfer at that provider within
 *   the highest cost.
 */
export async function probeProvider<Delivery extends Delivered>(
  ports: Ports,
  request: ProbeRequest<Delivery>,
): Promise<ProbeOutcome<Delivery>> {
  const { provider, maxCostMicroUsd, secrets } = request;
  if (!(maxCostMicroUsd <= MAX_PROBE_MICRO_USD)) throw refusal(tooMuch(maxCostMicroUsd));
  const recorder = recordHttp(ports.http);
  let before: FreeAnswers = noAnswers;
  let findings: ProbeFindings | null = null;
  const run = {
    ...request,
    approvedPlan: null,
    concurrency: 1,
    findApproval: async () => ({ approval: null, notes: [] }),
    deliver: (delivery: DeliveryRequest) => request.deliver(delivery, known(findings)),
  };
  const outcome = await runTransfers({ ...ports, http: recorder.http }, run, {
    async beforeBuying(context, planned) {
      const step = stepOf(planned.plan, request);
      if (step == null || !isBuying(planned, step)) return;
      before = await askAccount(context, step, balanceOf(provider));
    },
    async afterBuying(context, { plan, results }) {
      const terms = { provider, maxCostMicroUsd, secrets };
      try {
        const step = stepOf(plan, request);
        const after = step == null ? noAnswers : await readAfterwards(context, step);
        const result = results.find(({ id }) => id === step?.id) ?? null;
        const traces = { recorder, step, result, before, after };
        findings = await findAssumptions(context, terms, traces);
      } catch (error) {
        // What was bought is delivered and recorded, whatever becomes of the findings.
        ports.log.warning(`the answers could not be evaluated: ${messageOf(error)}`);
        findings = nothingFound(context, terms);
      }
    },
  });
  return { ...outcome, findings: known(findings) };
}

/** Looks for the job as a lost answer would be looked for, and reads what left the account. */
async function readAfterwards(context: OpenRun, step: GenerateStep): Promise<FreeAnswers> {
  await askForJob(context, step);
  return askAccount(context, step, balanceOf(step.provider));
}

function isBuying({ decision }: Planned, step: GenerateStep): boolean {
  return step.resumes || decision.approved.has(step.id);
}

/**
 * The one purchase of the plan; `null` where it holds none.
 *
 * @throws ConfigError for a plan that a probe must not carry out.
 */
function stepOf(
  { steps }: Plan,
  { provider, maxCostMicroUsd }: Pick<ProbeRequest<Delivered>, 'provider' | 'maxCostMicroUsd'>,
): GenerateStep | null {
  if (steps.length > 1)
    throw refusal(
      `a probe buys one transfer, and the plan has ${steps.length}; name one with only`,
    );
  const [step] = steps;
  if (step?.action !== 'generate') return null;
  if (step.provider !== provider || step.fallbacks.length > 0)
    throw refusal(`the plan buys from ${step.provider}, and the probe is about ${provider}`);
  const { highMicroUsd } = step.estimate;
  if (!step.resumes && highMicroUsd > maxCostMicroUsd) {
    throw refusal(
      `${step.id} may cost ${formatUsd(highMicroUsd)}, more than max-cost ${formatUsd(maxCostMicroUsd)} of this probe, so nothing is bought; take a shorter clip, the tier standard or a cheaper model`,
    );
  }
  return step;
}

function tooMuch(maxCostMicroUsd: number): string {
  return `a probe may spend ${formatUsd(MAX_PROBE_MICRO_USD)} at most, and max-cost is ${formatUsd(maxCostMicroUsd)}; lower it`;
}

function refusal(message: string): ConfigError {
  return new ConfigError([{ severity: 'error', path: 'probe', message }]);
}

function known(findings: ProbeFindings | null): ProbeFindings {
  if (findings == null) throw new TypeError('the findings follow the purchase');
  return findings;
}
