import type { Approval } from '../budget/label-approval.ts';
import { formatUsd } from '../model/money.ts';

/** `by keeper for commit 1a2b3c4d5e6f, up to $0.304.` */
export function describeApproval({ actor, headSha, upToMicroUsd }: Approval): string {
  return `by ${actor} for commit ${headSha.slice(0, 12)}, up to ${formatUsd(upToMicroUsd)}.`;
}
