import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildBundle } from './bundle.ts';
import { formatLicences, listPackages } from './licences.ts';

/** Makes `dist`: what a job downloads and runs, with the licences of everything in it. */
const dist = resolve(import.meta.dirname, '../dist');

mkdirSync(dist, { recursive: true });
// Whoever reads `dist` would take the files of an earlier build for part of it.
for (const name of readdirSync(dist)) if (name.endsWith('.js')) rmSync(join(dist, name));
const chunks = await buildBundle({ directory: dist, minify: true });
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type: 'module' }, null, 2)}\n`);
writeFileSync(join(dist, 'licenses.txt'), formatLicences(listPackages(chunks)));
