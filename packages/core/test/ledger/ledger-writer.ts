import { createFileBackend } from '../../src/ledger/backends/file.ts';
import { createGitBackend } from '../../src/ledger/backends/git/git.ts';
import { createNodePorts } from '../../src/node/ports.ts';
import { appendLine, forever } from './ledger-line.ts';
import { READY, type WriterPlace } from './writer-setup.ts';

/** Another run: adds `<name>-1` to `<name>-<count>` and says, as JSON, how it went. */
const [, , placeText = '', name = '', count = ''] = process.argv;
const place: WriterPlace = JSON.parse(placeText);
const ports = createNodePorts({ info: () => {}, warning: () => {} });
const backend =
  place.kind === 'git'
    ? createGitBackend(ports, { ...place, known: [] })
    : createFileBackend(ports, { path: place.path, known: [] });
process.stdout.write(READY);
let tries = 0;
let found = 0;
for (let number = 1; number <= Number(count); number++) {
  const appended = await appendLine(backend, ports, `${name}-${number}`, forever);
  tries += appended.tries;
  found += appended.found;
}
await backend.close();
process.stdout.write(`${JSON.stringify({ tries, found })}\n`);
