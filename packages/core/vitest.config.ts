import { defineConfig } from 'vitest/config';
import { selectTests } from '../../vitest.shared.ts';

export default defineConfig(({ mode }) => ({
  test: selectTests(mode, {
    verify: ['page'].map(file),
    integration: [
      'contain',
      'credentials',
      'destinations',
      'download',
      'fetch-file',
      'file-backend',
      'files',
      'gather',
      'git',
      'git-backend',
      'git-backend-http',
      'http',
      'identity',
      'local-assets',
      'look-up',
      'node-http',
      'read',
      'results',
      'stage',
      'store',
      'upload',
    ].map(file),
  }),
}));

function file(name: string): string {
  return `test/**/${name}.test.ts`;
}
