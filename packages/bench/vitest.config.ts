import { defineConfig } from 'vitest/config';
import { selectTests } from '../../vitest.shared.ts';

export default defineConfig(({ mode }) => ({ test: selectTests(mode) }));
