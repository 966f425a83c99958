import { fileURLToPath } from 'node:url';

export const CORE_SOURCES = fileURLToPath(new URL('../src', import.meta.url));
export const MUTANTS = fileURLToPath(new URL('../../../out/mutants', import.meta.url));
