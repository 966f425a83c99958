import type { ProviderName } from '@motion-transfer/emulator';
import { LEDGER_FILE, type Ledger, MOTION } from './fixture.ts';

/** A transfer, named after the state that its purchase ends in. */
export interface Transfer {
  readonly name: string;
  readonly provider: ProviderName;
  /** More keys of the transfer, as YAML. */
  readonly more?: string;
  /** The transfer whose purchase this is a copy of. */
  readonly sameAs?: string;
}

export const DELIVERED: readonly Transfer[] = [
  { name: 'delivered', provider: 'prospolabs' },
  { name: 'delivered-pro', provider: 'fal', more: 'tier: pro, orientation: video, take: 2' },
  { name: 'copy', provider: 'prospolabs', sameAs: 'delivered' },
];
export const CHARGED: Transfer = { name: 'failed-charged', provider: 'kling' };
export const MAYBE_CHARGED: Transfer = { name: 'failed-maybe-charged', provider: 'empiriolabs' };
export const REFUNDED: Transfer = { name: 'failed-three-times', provider: 'kling' };
export const WRITTEN_OFF: Transfer = { name: 'written-off', provider: 'kie' };
export const BLOCKED = [CHARGED, MAYBE_CHARGED, REFUNDED, WRITTEN_OFF];
export const UNKNOWN: Transfer = { name: 'unknown', provider: 'prospolabs' };
export const REFUNDED_ONCE: Transfer = { name: 'failed-once', provider: 'kling' };
export const RELEASED: Transfer = { name: 'refused', provider: 'replicate' };
export const FREE_AGAIN = [REFUNDED_ONCE, RELEASED];

export const STORED: Transfer = { name: 'stored', provider: 'empiriolabs' };
/** Results of EmpirioLabs have signed addresses, which a ledger never holds. */
export const COMPLETED: Transfer = { name: 'completed', provider: 'empiriolabs' };
export const SUBMITTED: Transfer = { name: 'submitted', provider: 'fal' };
export const STALE: Transfer = { name: 'stale', provider: 'wavespeed' };
export const SUBMITTING: Transfer = { name: 'submitting', provider: 'kling' };
export const LOST: Transfer = { name: 'lost-answer', provider: 'replicate' };
/** When the run is killed: the type of the last line of the journal, and the state in the ledger. */
export const IN_FLIGHT = [
  { transfer: COMPLETED, lastEvent: 'complete', sharedAs: 'submitted' },
  { transfer: SUBMITTED, lastEvent: 'accept', sharedAs: 'submitted' },
  { transfer: STALE, lastEvent: 'give-up-waiting', sharedAs: 'stale' },
  { transfer: SUBMITTING, lastEvent: 'submit', sharedAs: 'submitting' },
  { transfer: LOST, lastEvent: 'lose-answer', sharedAs: 'unknown' },
];
export const OPEN = [STORED, ...IN_FLIGHT.map(({ transfer }) => transfer)];

export const FAILED_PROMPTS = [CHARGED, MAYBE_CHARGED, REFUNDED, REFUNDED_ONCE].map(promptOf);

export function idOf({ name }: Transfer): string {
  return `animations/${name}`;
}

/** Not ASCII alone: a journal escapes it. */
function promptOf({ name, sameAs = name }: Transfer): string {
  return `déjà vu: ${sameAs}`;
}

export function configOf(ledger: Ledger, transfers: readonly Transfer[]): string {
  const rows = transfers.map((transfer) => {
    const keys = [
      'character: robot.png',
      `motion: ${MOTION}`,
      `output: ${idOf(transfer)}.mp4`,
      `prompt: "${promptOf(transfer)}"`,
      `provider: ${transfer.provider}`,
      ...(transfer.more == null ? [] : [transfer.more]),
    ];
    return `  - { ${keys.join(', ')} }\n`;
  });
  return `version: 1
ledger: ${ledger === 'file' ? `file:${LEDGER_FILE}` : ledger}
budget: { per-run: 20.00, per-month: 100.00 }
transfers:
${rows.join('')}`;
}
