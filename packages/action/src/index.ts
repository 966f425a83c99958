import * as actions from '@actions/core';
import { main } from './main.ts';
import { post } from './post.ts';

// One bundle is both steps: the runner gives the state of the first to the second.
const exitCode = await (actions.getState('main') === '' ? main() : post());
// Kept-alive sockets would hold the process; the last lines of the log must be out first.
process.stdout.write('', () => process.exit(exitCode));
