import * as z from 'zod';
import type { StoredUpload } from '../adapter.ts';

const SOURCE = 'replicate-javascript lib/files.js, 2fd6f39 (2025-11-17)';

const stored = z.object({ urls: z.object({ get: z.url({ protocol: /^https?$/ }) }) });

/** Replicate's files API: one form with the whole file. The address asks for the account's key. */
export function replicateFiles(origin: string): StoredUpload {
  return {
    kind: 'stored',
    visibility: {
      value: 'private',
      basis: 'documented',
      source: 'replicate.com/docs/reference/http (files.get asks for the token)',
    },
    maxBytes: {
      value: 100 * 1_048_576,
      basis: 'assumed',
      source: 'replicate.com/docs/topics/predictions/input-files',
    },
    retention: {
      value: 'as `expires_at` of the file says (seen: a day)',
      basis: 'assumed',
      source: SOURCE,
    },
    begin: () => ({
      method: 'POST',
      url: `${origin}/v1/files`,
      body: { kind: 'form', field: 'content' },
    }),
    opened: (response) => ({ url: stored.parse(response.json).urls.get, parts: [] }),
  };
}
