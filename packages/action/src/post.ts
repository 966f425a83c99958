import { hasPendingNotes } from './artifacts/pending-notes.ts';
import { exitWith } from './exit.ts';
import { temporaryDirectoryOf } from './temporary-directory.ts';

// After nearly every run there is nothing left to do, and nothing is loaded to find that out.
if (await hasPendingNotes(temporaryDirectoryOf(process.env))) {
  const { post } = await import('./post-step.ts');
  exitWith(await post());
}
