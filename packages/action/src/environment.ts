import * as actions from '@actions/core';
import type { LogPort } from '@motion-transfer/core';
import { plainText } from '@motion-transfer/core/shell';
import { annotate } from './annotations.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The core's log in the job's log: one line each, nothing in it is a command, no signed URL. */
export const actionsLog: LogPort = {
  info: (message) => actions.info(plainText(message)),
  warning: (message) => annotate('warning', message),
};
