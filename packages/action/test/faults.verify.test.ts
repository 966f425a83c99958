import { PROVIDER_NAMES } from '@motion-transfer/emulator';
import { describe, test } from 'vitest';
import {
  DOWNLOADED,
  downloadCases,
  POLLED,
  statusCases,
  submitCases,
  survive,
  surviveStatus,
} from './faults/cases.ts';

describe.each(PROVIDER_NAMES)('%s', (provider) => {
  test.concurrent.each(submitCases)('%s', (...one) => survive(provider, one));
});

describe.each(DOWNLOADED)('%s', (provider) => {
  test.concurrent.each(downloadCases)('%s', (...one) => survive(provider, one));
});

describe.each(POLLED)('%s', (provider) => {
  test.concurrent.each(statusCases)('a status answer that is %s', (...one) =>
    surviveStatus(provider, one),
  );
});
