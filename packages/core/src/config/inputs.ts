import type { ZodType, z } from 'zod';
import type { Issue } from '../model/issue.ts';
import { forEachLimit, type LimitOption, onExceedSchema } from '../model/limits.ts';
import { modelChoiceSchema, orientationSchema, tierSchema } from '../model/transfer.ts';
import {
  durationSchema,
  keepOriginalSoundSchema,
  labelSchema,
  ledgerSchema,
  moneySchema,
  promptSchema,
  providerSchema,
  takeSchema,
  type WrittenBudget,
  type WrittenProvider,
  type WrittenTransfer,
} from './schema/config-schema.ts';
import { describeProblems } from './schema/describe-problem.ts';
import { stagingWordSchema } from './schema/staging-schema.ts';
import { inputsLocation } from './source-location.ts';

/** Inputs of the Action, or options of the command line, as given. Absent and empty mean the same. */
export interface ConfigInputs extends Readonly<Partial<Record<LimitOption, string | undefined>>> {
  readonly character?: string | undefined;
  readonly motion?: string | undefined;
  readonly output?: string | undefined;
  readonly prompt?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly tier?: string | undefined;
  readonly orientation?: string | undefined;
  readonly keepOriginalSound?: string | undefined;
  readonly duration?: string | undefined;
  readonly take?: string | undefined;
  readonly staging?: string | undefined;
  readonly ledger?: string | undefined;
  readonly overrideLabel?: string | undefined;
  readonly onExceed?: string | undefined;
  /** Ids or globs of ids, separated by commas or new lines. */
  readonly only?: string | undefined;
}

/** Parameters that an input sets for every transfer. */
export type Overrides = Pick<
  WrittenTransfer,
  'model' | 'tier' | 'orientation' | 'keep-original-sound' | 'prompt' | 'duration' | 'take'
>;

export interface WrittenInputs {
  readonly transfer: WrittenTransfer | null;
  readonly provider: WrittenProvider | undefined;
  readonly overrides: Overrides;
  readonly budget: WrittenBudget;
  readonly staging: z.infer<typeof stagingWordSchema> | undefined;
  readonly ledger: string | undefined;
  readonly overrideLabel: string | undefined;
  readonly only: readonly string[];
}

export function validateInputs(inputs: ConfigInputs): {
  readonly written: WrittenInputs;
  readonly issues: readonly Issue[];
} {
  const issues: Issue[] = [];
  const validate = <Value>(
    name: string,
    text: string | undefined,
    schema: ZodType<Value>,
    read: (text: string) => unknown = (same) => same,
  ): Value | undefined => {
    if (text == null || text.trim() === '') return undefined;
    const value = read(text.trim());
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { message } of describeProblems(result.error, value, schema)) {
      issues.push(inputsLocation.issue('error', [name], message));
    }
    return undefined;
  };

  const written: WrittenInputs = {
    transfer: readTransfer(inputs, issues),
    provider: validate('provider', inputs.provider, providerSchema, readProvider),
    overrides: {
      model: validate('model', inputs.model, modelChoiceSchema),
      tier: validate('tier', inputs.tier, tierSchema),
      orientation: validate('orientation', inputs.orientation, orientationSchema),
      'keep-original-sound': validate(
        'keep-original-sound',
        inputs.keepOriginalSound,
        keepOriginalSoundSchema,
        readBoolean,
      ),
      prompt: validate('prompt', inputs.prompt, promptSchema),
      duration: validate('duration', inputs.duration, durationSchema, readWhole),
      take: validate('take', inputs.take, takeSchema, readWhole),
    },
    budget: {
      ...forEachLimit('name', ({ input, option }) => validate(input, inputs[option], moneySchema)),
      'on-exceed': validate('on-exceed', inputs.onExceed, onExceedSchema),
    },
    staging: validate('staging', inputs.staging, stagingWordSchema),
    ledger: validate('ledger', inputs.ledger, ledgerSchema),
    overrideLabel: validate('override-label', inputs.overrideLabel, labelSchema),
    only: splitList(inputs.only ?? ''),
  };
  return { written, issues };
}

function readTransfer(inputs: ConfigInputs, issues: Issue[]): WrittenTransfer | null {
  const [character = '', motion = '', output = ''] = [
    inputs.character,
    inputs.motion,
    inputs.output,
  ].map((text) => text?.trim());
  const parts = { character, motion, output };
  const missing = Object.entries(parts).filter(([, text]) => text === '');
  if (missing.length === 3) return null;
  for (const [name] of missing) {
    const message =
      'is required: the inputs character, motion and output make one transfer together';
    issues.push(inputsLocation.issue('error', [name], message));
  }
  return missing.length === 0 ? parts : null;
}

export function splitList(text: string): string[] {
  return text
    .split(/[,\r\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readProvider(text: string): WrittenProvider {
  const ids = splitList(text);
  return ids.length === 1 ? (ids[0] ?? '') : ids;
}

/** The spellings of YAML's core schema, which GitHub's own `getBooleanInput` accepts. */
function readBoolean(text: string): unknown {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  return /^(false|False|FALSE)$/.test(text) ? false : text;
}

function readWhole(text: string): unknown {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : text;
}
