import { createNodeFiles } from '../../src/node/files.ts';

/** Tells why the user of this process cannot write in a directory. */
process.stdout.write(JSON.stringify(await createNodeFiles().whyNotWritable(process.argv[2] ?? '')));
