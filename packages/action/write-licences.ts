import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatLicences, listPackages } from './licences.ts';

/**
 * Writes the licences of everything in the bundle beside it, from the statistics of the build. The
 * bundler's own `--license` leaves out packages whose modules it merged into others.
 */
const here = import.meta.dirname;
const stats = join(here, 'lib/bundle-stats.json');
const packages = listPackages(JSON.parse(readFileSync(stats, 'utf8')));
writeFileSync(join(here, 'dist/licenses.txt'), formatLicences(packages));
// About 60 MB, with paths of this machine.
rmSync(stats);
