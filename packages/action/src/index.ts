import { exitWith } from './exit.ts';

// Before anything else is loaded, which takes several times as long as this line.
process.stdout.write(`Motion Transfer, on Node ${process.versions.node}\n`);
const { main } = await import('./main.ts');
exitWith(await main());
