import { tmpdir } from 'node:os';
import { hasPendingNotes } from './artifacts/pending-notes.ts';
import { exitWith } from './exit.ts';

// After nearly every run there is nothing left to do, and nothing is loaded to find that out.
if (await hasPendingNotes(process.env.RUNNER_TEMP || tmpdir())) {
  const { post } = await import('./post-step.ts');
  exitWith(await post());
}
