import * as actions from '@actions/core';
import type { SourcePosition } from '@motion-transfer/core';
import { plainText } from '@motion-transfer/core/shell';

type Kind = 'error' | 'warning';

/**
 * GitHub keeps ten annotations of a kind from a step and drops the rest (actions/runner,
 * ExecutionContext). One is kept for the verdict of the step, one for how many are only in the log.
 */
const MOST_SHOWN = 8;
const shown: Record<Kind, number> = { error: 0, warning: 0 };
const hidden: Record<Kind, number> = { error: 0, warning: 0 };

export function annotate(kind: Kind, message: string, position?: SourcePosition): void {
  const line = plainText(message);
  if (shown[kind] >= MOST_SHOWN) {
    hidden[kind] += 1;
    const where = position == null ? '' : `${position.file}:${position.line}: `;
    actions.info(plainText(`${kind}: ${where}${message}`));
    return;
  }
  shown[kind] += 1;
  const properties =
    position == null
      ? {}
      : { file: position.file, startLine: position.line, startColumn: position.column };
  if (kind === 'error') actions.error(line, properties);
  else actions.warning(line, properties);
}

/** Says how many are only in the log; called once, before the verdict. */
export function finishAnnotations(): void {
  for (const kind of ['error', 'warning'] as const) {
    if (hidden[kind] === 0) continue;
    const message = `and ${hidden[kind]} more ${kind}s, listed in the log`;
    if (kind === 'error') actions.error(message);
    else actions.warning(message);
    hidden[kind] = 0;
  }
}
