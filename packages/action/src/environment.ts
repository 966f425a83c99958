import * as actions from '@actions/core';
import { type LogPort, messageOf } from '@motion-transfer/core';
import { plainText } from '@motion-transfer/core/shell';
import { annotate } from './annotations.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The core's log in the job's log: one line each, nothing in it is a command, no signed URL. */
export const actionsLog: LogPort = {
  info: (message) => actions.info(plainText(message)),
  warning: (message) => annotate('warning', message),
};

/** An output that a full disk has no room for is named in the log, and keeps nothing else from being reported. */
export function setOutput(name: string, value: string): void {
  try {
    actions.setOutput(name, value);
  } catch (error) {
    actionsLog.warning(`output ${name} (${value}) could not be written: ${messageOf(error)}`);
  }
}
