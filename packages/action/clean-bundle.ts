import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The bundler leaves chunks behind that an earlier build had: whoever reads `dist` would take them for part of it. */
const dist = join(import.meta.dirname, 'dist');
for (const name of readdirSync(dist)) if (name.endsWith('.js')) rmSync(join(dist, name));
